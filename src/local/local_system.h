#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "http/server.h"
#include "local/console.h"
#include "local/data_folder.h"
#include "local/event_source_mapping.h"
#include "local/function.h"
#include "local/kafka_broker.h"
#include "local/memory_broker.h"
#include "local/runtime_api.h"
#include "local/supervisor.h"

namespace penstock::local {

struct SystemOptions {
  std::string broker = "kafka";  // "kafka", "memory", or HOST:PORT of one that is there already.
  uint16_t port = 8000;
  uint16_t admin_port = 8001;
  std::filesystem::path data = ".penstock";
  std::filesystem::path kafka_libs = {};
  std::string topic = "events";
  std::string consumer_group = "penstock-local";
  std::filesystem::path api;
  FunctionSettings function;
  std::chrono::milliseconds function_timeout{30'000};
  MappingSettings mapping;
  StartingPosition starting_position = StartingPosition::trim_horizon;
  std::string variable_prefix;             // Of the API's environment variables.
  std::vector<std::string> examples = {};  // Targets to try, for the person.
  bool verbose = false;                    // A line for every invocation.
};

// The whole system on one machine: broker, API, event source mapping, Runtime API and function. Starts them
// in order, keeps them running, stops them in order at SIGINT or SIGTERM.
class LocalSystem final : private MappingListener {
 public:
  LocalSystem(boost::asio::io_context& io, Console& console, SystemOptions options);

  // Blocks until everything has stopped; the program's exit status.
  [[nodiscard]] int run();

 private:
  http::Awaitable<> life();
  http::Awaitable<base::Result<>> start();
  http::Awaitable<base::Result<>> start_broker();
  http::Awaitable<base::Result<>> start_kafka();
  http::Awaitable<base::Result<>> start_api();
  http::Awaitable<base::Result<>> start_function_and_mapping();
  http::Awaitable<> stop();
  void wait_for_signal();
  void kill_everything();
  void fail(const std::string& sentence);
  void say(const std::string& text) { console_.line("penstock", text); }
  void say_ready();

  void assigned(const std::vector<int32_t>& partitions) override;
  void revoked(const std::vector<int32_t>& partitions) override;
  void succeeded(const EventBatch& batch, std::chrono::milliseconds duration) override;
  void failed(const EventBatch& batch, const Outcome& outcome,
              std::optional<std::chrono::milliseconds> pause) override;
  void committed(const EventBatch&) override {}
  void trouble(const std::string& sentence) override;
  void ended() override;

  boost::asio::io_context& io_;
  Console& console_;
  const SystemOptions options_;
  base::Log server_log_;  // The Runtime API's server: only what is wrong.
  boost::asio::signal_set signals_;
  Event stop_;  // Asked to stop.
  Event mapping_ready_;
  Event mapping_ended_;
  Event server_stopped_;
  std::string bootstrap_;
  bool broker_ready_ = false;
  bool finished_ = false;
  int exit_status_ = 0;

  std::optional<DataFolder> data_;
  std::optional<MemoryBroker> memory_;
  std::optional<KafkaBroker> kafka_;
  std::optional<Supervisor> broker_;
  std::optional<Supervisor> api_;
  std::optional<Supervisor> function_;
  std::optional<RuntimeApi> runtime_api_;
  std::optional<http::Server> runtime_server_;
  std::unique_ptr<EventSourceMapping> mapping_;
};

}  // namespace penstock::local
