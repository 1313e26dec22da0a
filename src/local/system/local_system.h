#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "async/awaitable.h"
#include "async/latch.h"
#include "base/result.h"
#include "local/kafka/kafka_broker.h"
#include "local/kafka/memory_broker.h"
#include "local/mapping/local_mapping.h"
#include "local/processes/console.h"
#include "local/processes/supervisor.h"
#include "local/system/data_folder.h"

namespace penstock::local {

// Holds the user's options for the whole system.
struct SystemOptions {
  // Is "kafka", "memory", or the HOST:PORT of a broker that runs already.
  std::string broker = "kafka";
  uint16_t port = 8000;
  uint16_t admin_port = 8001;
  std::filesystem::path data = ".penstock";
  // Names the folder of Apache Kafka's jars, for the broker "kafka".
  std::filesystem::path kafka_libs = {};
  std::string topic = "events";  // The topic between the API and the function.
  std::filesystem::path api;     // The API's program.
  // Its source's bootstrap is replaced by that of the broker.
  LocalMappingSettings mapping;
  std::string variable_prefix;  // The prefix of the API's environment variables.
  // HTTP targets that the user is shown as examples.
  std::vector<std::string> examples = {};
};

// Runs the whole system on one machine: broker, API, event source mapping, Runtime API and
// function. It starts them in this order, keeps them running, and stops them at a stop signal:
// first the API, then the mapping, last the broker.
class LocalSystem {
 public:
  // `io` and `console` must outlive the system.
  LocalSystem(boost::asio::io_context& io, Console& console, SystemOptions options);

  // Blocks the main thread (see Child) until everything has stopped, and returns the exit status:
  // EXIT_SUCCESS after a stop, EXIT_FAILURE if something failed. Call it once.
  [[nodiscard]] int run();

 private:
  // Starts everything, waits for a stop, and stops everything.
  async::Awaitable<int> serve();
  async::Awaitable<base::Result<>> start();
  async::Awaitable<base::Result<>> start_broker();
  async::Awaitable<base::Result<>> start_kafka();
  async::Awaitable<base::Result<>> start_api();
  async::Awaitable<base::Result<>> start_mapping();
  async::Awaitable<base::Result<>> wait_for_function();
  void broker_ended(processes::ExitStatus status);
  void api_ended(processes::ExitStatus status);
  async::Awaitable<> stop();
  void kill_everything();
  // Writes what has failed, and stops everything.
  void fail(const std::string& sentence);
  void say(const std::string& text) { console_.line("penstock", text); }
  void say_ready();

  boost::asio::io_context& io_;
  Console& console_;
  const SystemOptions options_;
  async::Latch stop_;  // Set when the user or a failure asks for a stop.
  std::string bootstrap_;
  std::stop_source preparing_;  // Ends the preparation of Kafka, which is on another thread.
  bool broker_ready_ = false;
  bool api_ready_ = false;
  int exit_status_ = 0;

  std::optional<DataFolder> data_;
  std::optional<MemoryBroker> memory_;
  std::optional<KafkaBroker> kafka_;
  std::optional<Supervisor> broker_;
  std::optional<Supervisor> api_;
  std::optional<LocalMapping> mapping_;
};

}  // namespace penstock::local
