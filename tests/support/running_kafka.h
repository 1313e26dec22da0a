#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "local/kafka/kafka_broker.h"
#include "local/processes/child.h"

namespace penstock::test {

// What a test's broker has beside those of `penstock_local`.
struct KafkaExtension {
  // Given the text of server.properties, the text that it is to have.
  std::function<std::string(std::string settings)> settings = {};
  std::filesystem::path classes = {};  // A folder of classes that the settings name.
};

// A real Apache Kafka while a test runs: KafkaBroker's command as a child of the test, which
// blocks.
class RunningKafka {
 public:
  explicit RunningKafka(local::KafkaFiles files, KafkaExtension extension = {});
  RunningKafka(const RunningKafka&) = delete;
  RunningKafka& operator=(const RunningKafka&) = delete;
  ~RunningKafka() { stop(); }

  // "127.0.0.1:PORT", after the first start().
  [[nodiscard]] std::string bootstrap() const { return broker_.bootstrap(); }
  // Runs it and waits until it answers. After the first time it comes back at the same address,
  // with its data.
  [[nodiscard]] base::Result<> start();
  // The broker is gone as if the machine had failed.
  void kill9() { child_.reset(); }
  // Stops it in order, or by force after KafkaBroker::kStopPatience.
  void stop();

 private:
  base::Result<> prepare();
  [[nodiscard]] local::Command command() const;

  const local::KafkaFiles files_;
  const KafkaExtension extension_;
  local::KafkaBroker broker_;
  bool prepared_ = false;
  std::unique_ptr<local::Child> child_;
};

}  // namespace penstock::test
