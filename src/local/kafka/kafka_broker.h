#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "local/processes/child.h"

namespace penstock::local {

// For tests of clients: a listener beside the plain one, at localhost.
struct MoreListener {
  std::string name;
  std::string protocol;  // SASL_SSL, …
  uint16_t port;
  std::string settings;           // More lines of server.properties.
  std::filesystem::path classes;  // A folder of classes that they name.
};

struct KafkaFiles {
  std::filesystem::path folder;     // The broker's own: settings, log and data.
  std::filesystem::path libraries;  // Where Apache Kafka's jars lie.
  std::optional<MoreListener> more = {};
};

// A real Apache Kafka of one node (KRaft) on this machine, whose records live as long as its folder. Plain
// and blocking, for tests; a program with an io_context calls prepare() and keeps command() running itself.
class KafkaBroker {
 public:
  explicit KafkaBroker(KafkaFiles files) : files_(std::move(files)) {}
  KafkaBroker(const KafkaBroker&) = delete;
  KafkaBroker& operator=(const KafkaBroker&) = delete;
  ~KafkaBroker() { stop(); }

  // Chooses ports (those of the last time if they are still free), writes the settings, and formats the
  // storage the first time, which takes a second or two.
  [[nodiscard]] base::Result<> prepare();
  // "127.0.0.1:PORT", after prepare().
  [[nodiscard]] std::string bootstrap() const { return "127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] Command command() const;
  // Of the broker that runs in that folder, or has run there last. Error: not_found.
  [[nodiscard]] static base::Result<std::string> bootstrap_in(const std::filesystem::path& folder);

  // Runs it and waits until it answers. After the first time it comes back at the same address.
  [[nodiscard]] base::Result<> start();
  // The broker is gone as if the machine had failed.
  void kill9();
  // Stops it in order, or by force after kStopPatience.
  void stop();

  static constexpr std::chrono::seconds kReadyPatience{60};
  static constexpr std::chrono::seconds kStopPatience{15};

 private:
  base::Result<> choose_ports();
  base::Result<> write_settings() const;
  base::Result<> format_storage() const;
  [[nodiscard]] Command java(std::vector<std::string> options, std::vector<std::string> arguments) const;
  [[nodiscard]] std::filesystem::path settings_file() const { return files_.folder / "server.properties"; }
  [[nodiscard]] std::filesystem::path log4j_file() const;
  [[nodiscard]] std::filesystem::path storage() const { return files_.folder / "storage"; }

  const KafkaFiles files_;
  uint16_t port_ = 0;
  uint16_t controller_port_ = 0;
  std::unique_ptr<Child> child_;
};

// Whether a broker at this address answers a metadata request. Blocks for `patience` at most. A port that
// accepts connections is not yet a broker that answers.
[[nodiscard]] bool broker_answers(const std::string& bootstrap, std::chrono::milliseconds patience);

}  // namespace penstock::local
