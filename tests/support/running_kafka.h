#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "local/kafka/kafka_broker.h"
#include "processes/child.h"

namespace penstock::test {

// KafkaExtension is what a test adds to the broker of `penstock_local`.
struct KafkaExtension {
  // Returns the text for server.properties, given the text that it would have.
  std::function<std::string(std::string settings)> settings = {};
  std::filesystem::path classes = {};  // A folder of Java classes that the settings name.
};

// RunningKafka is a real Apache Kafka for a test. It runs the command of KafkaBroker as a child
// process. The calls block, and the destructor stops the broker.
class RunningKafka {
 public:
  explicit RunningKafka(local::KafkaFiles files, KafkaExtension extension = {});
  RunningKafka(const RunningKafka&) = delete;
  RunningKafka& operator=(const RunningKafka&) = delete;
  ~RunningKafka() { stop(); }

  // Returns "127.0.0.1:PORT". Must follow the first start().
  [[nodiscard]] std::string bootstrap() const { return broker_.bootstrap(); }
  // Starts the broker and waits until it answers. A later start() keeps its address and its data.
  // Fails with the broker's output if it ends, or does not answer within three minutes.
  [[nodiscard]] base::Result<> start();
  // Kills the broker, as if its machine had failed.
  void kill9() { child_.reset(); }
  // Lets the broker stand still, with its connections open, and go on.
  void freeze();
  void thaw();
  // Stops the broker with SIGTERM, or kills it after KafkaBroker::kStopPatience.
  void stop();

 private:
  base::Result<> prepare();
  [[nodiscard]] processes::Command command() const;

  const local::KafkaFiles files_;
  const KafkaExtension extension_;
  local::KafkaBroker broker_;
  bool prepared_ = false;
  std::unique_ptr<processes::Child> child_;
};

}  // namespace penstock::test
