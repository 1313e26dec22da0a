#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "async/awaitable.h"
#include "base/result.h"
#include "local/kafka/kafka_broker.h"
#include "local/kafka/memory_broker.h"
#include "local/mapping/local_mapping.h"
#include "local/processes/console.h"
#include "local/processes/supervisor.h"
#include "local/system/data_folder.h"

namespace penstock::local {

struct SystemOptions {
  std::string broker = "kafka";  // "kafka", "memory", or HOST:PORT of one that is there already.
  uint16_t port = 8000;
  uint16_t admin_port = 8001;
  std::filesystem::path data = ".penstock";
  std::filesystem::path kafka_libs = {};
  std::string topic = "events";  // Between the API and the function.
  std::filesystem::path api;
  LocalMappingSettings mapping;            // Its source's bootstrap is that of `broker`.
  std::string variable_prefix;             // Of the API's environment variables.
  std::vector<std::string> examples = {};  // Targets to try, for the person.
};

// The whole system on one machine: broker, API, event source mapping, Runtime API and function. Starts them
// in order, keeps them running, stops them in order at SIGINT or SIGTERM.
class LocalSystem {
 public:
  LocalSystem(boost::asio::io_context& io, Console& console, SystemOptions options);

  // Blocks until everything has stopped; the program's exit status.
  [[nodiscard]] int run();

 private:
  async::Awaitable<> life();
  async::Awaitable<base::Result<>> start();
  async::Awaitable<base::Result<>> start_broker();
  async::Awaitable<base::Result<>> start_kafka();
  async::Awaitable<base::Result<>> start_api();
  async::Awaitable<base::Result<>> start_mapping();
  async::Awaitable<> stop();
  void wait_for_signal();
  void kill_everything();
  void fail(const std::string& sentence);
  void say(const std::string& text) { console_.line("penstock", text); }
  void say_ready();

  boost::asio::io_context& io_;
  Console& console_;
  const SystemOptions options_;
  boost::asio::signal_set signals_;
  async::Latch stop_;  // Asked to stop.
  std::string bootstrap_;
  bool broker_ready_ = false;
  bool finished_ = false;
  int exit_status_ = 0;

  std::optional<DataFolder> data_;
  std::optional<MemoryBroker> memory_;
  std::optional<KafkaBroker> kafka_;
  std::optional<Supervisor> broker_;
  std::optional<Supervisor> api_;
  std::optional<LocalMapping> mapping_;
};

}  // namespace penstock::local
