#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "local/processes/child.h"

namespace penstock::local {

struct KafkaFiles {
  std::filesystem::path folder;     // The broker's own: settings, log and data.
  std::filesystem::path libraries;  // Where Apache Kafka's jars lie.
};

// A real Apache Kafka of one node (KRaft) on this machine, whose records live as long as its
// folder. Who has called prepare() keeps command() running.
class KafkaBroker {
 public:
  explicit KafkaBroker(KafkaFiles files) : files_(std::move(files)) {}

  // Chooses ports (those of the last time if they are still free), writes the settings, and formats
  // the storage the first time, which takes a second or two.
  [[nodiscard]] base::Result<> prepare();
  // "127.0.0.1:PORT", after prepare().
  [[nodiscard]] std::string bootstrap() const { return "127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] Command command() const;
  // The server.properties that prepare() writes, in the broker's folder.
  [[nodiscard]] std::filesystem::path settings_file() const {
    return files_.folder / "server.properties";
  }
  // Of the broker that runs in that folder, or has run there last. Error: not_found.
  [[nodiscard]] static base::Result<std::string> bootstrap_in(const std::filesystem::path& folder);

  // How long it may take to answer after its start, and to end after SIGTERM.
  static constexpr std::chrono::seconds kReadyPatience{60};
  static constexpr std::chrono::seconds kStopPatience{15};

 private:
  base::Result<> choose_ports();
  base::Result<> write_settings() const;
  base::Result<> format_storage() const;
  [[nodiscard]] Command java(std::vector<std::string> options,
                             std::vector<std::string> arguments) const;
  [[nodiscard]] std::filesystem::path log4j_file() const;
  [[nodiscard]] std::filesystem::path storage() const { return files_.folder / "storage"; }

  const KafkaFiles files_;
  uint16_t port_ = 0;
  uint16_t controller_port_ = 0;
};

// Whether a broker at this address answers a metadata request. Blocks for `patience` at most. A
// port that accepts connections is not yet a broker that answers.
[[nodiscard]] bool broker_answers(const std::string& bootstrap, std::chrono::milliseconds patience);

}  // namespace penstock::local
