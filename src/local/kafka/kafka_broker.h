#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "processes/child.h"

namespace penstock::local {

// Names the folders of a broker. Their names may hold any characters.
struct KafkaFiles {
  std::filesystem::path folder;     // The broker's own folder: its settings, its log, its storage.
  std::filesystem::path libraries;  // The folder with Apache Kafka's jars and those that they need.
  // The broker does not take these ports, which programs are about to use.
  std::vector<uint16_t> ports_of_others = {};
  // The caller listens on the port of bootstrap() and carries the connections to listener_port().
  // Otherwise the broker listens there itself.
  bool behind_relay = false;
};

// Prepares a real Apache Kafka of one node (KRaft) on this machine. Its records live as long as its
// folder. This class writes its files and says how to run it; the caller runs command(), in the
// broker's folder. All calls block.
class KafkaBroker {
 public:
  explicit KafkaBroker(KafkaFiles files) : files_(std::move(files)) {}

  // Chooses ports (those of the last time if they are still free), writes the settings and, the
  // first time, formats the storage, which takes a second or two. It runs a child, which ends with
  // the calling thread (see Child). Soon after a requested stop it returns with the error
  // `unavailable`. Otherwise the error is `internal`: there are no jars, there is no Java, a file
  // cannot be written, the formatting fails, or the storage is damaged (see prepare_storage()).
  [[nodiscard]] base::Result<> prepare(const std::stop_token& stop = {});
  // Returns "127.0.0.1:PORT", the address that clients use. It must be called after prepare().
  [[nodiscard]] std::string bootstrap() const { return "127.0.0.1:" + std::to_string(port_); }
  // Returns the port of bootstrap(). It must be called after prepare().
  [[nodiscard]] uint16_t port() const { return port_; }
  // Returns the port on which the broker itself listens for clients. It must be called after
  // prepare().
  [[nodiscard]] uint16_t listener_port() const {
    return files_.behind_relay ? listener_port_ : port_;
  }
  // Returns the command that runs the broker until SIGTERM. It must be called after prepare().
  [[nodiscard]] processes::Command command() const;
  // Returns the path of the server.properties that prepare() writes.
  [[nodiscard]] std::filesystem::path settings_file() const;
  // Returns the path of the log that the running broker writes.
  [[nodiscard]] std::filesystem::path log_file() const;
  // Returns the bootstrap of the broker that runs in this folder, or has run there last. The error
  // is `not_found`: none has run there.
  [[nodiscard]] static base::Result<std::string> bootstrap_in(const std::filesystem::path& folder);

  // It answers within this time of its start.
  static constexpr std::chrono::seconds kReadyPatience{60};
  // It ends within this time of SIGTERM.
  static constexpr std::chrono::seconds kStopPatience{15};

 private:
  base::Result<> link_libraries() const;
  base::Result<> choose_ports();
  base::Result<> write_settings() const;
  [[nodiscard]] processes::Command java(std::vector<std::string> options,
                                        std::vector<std::string> arguments) const;

  const KafkaFiles files_;
  uint16_t port_ = 0;
  uint16_t controller_port_ = 0;
  uint16_t listener_port_ = 0;  // Is chosen in any case, so that it is always in the file.
};

// Says whether a broker at this address ("HOST:PORT") answers a metadata request within `patience`,
// for which the call blocks at most. A port that accepts connections is not enough.
[[nodiscard]] bool broker_answers(const std::string& bootstrap, std::chrono::milliseconds patience);

}  // namespace penstock::local
