#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "http/server/server.h"
#include "local/function/function_command.h"
#include "local/function/runtime_api_server.h"
#include "local/processes/console.h"
#include "local/processes/supervisor.h"
#include "log/log.h"

namespace penstock::local {

// What Lambda calls an execution environment: one process of the function, and the Runtime API that
// it asks. It handles one invocation at a time; more concurrency is more environments. Everything
// belongs to the io_context's thread, which must be the main thread (see Child), but for the
// invoker's invoke().
class FunctionEnvironment {
 public:
  // Whether a process that ended or took too long is started anew.
  enum class Restart { yes, no };

  // `timeout` bounds an invocation; `name` is what the console calls the process. `io` and
  // `console` must outlive the environment.
  FunctionEnvironment(boost::asio::io_context& io, Console& console,
                      const FunctionSettings& settings, std::chrono::milliseconds timeout,
                      const std::string& name, Restart restart = Restart::yes);

  // Starts the Runtime API and the process. The error says why the program cannot be run, or that
  // there is no port to listen on.
  [[nodiscard]] base::Result<> start();
  // Lives as long as the environment.
  [[nodiscard]] Invoker& invoker() { return api_; }
  // Kills the process at once, as a last act of the program.
  void kill();
  // Ends the process, then the server. An invocation under way fails.
  async::Awaitable<> stop();

 private:
  void restart_or_end();
  void on_process_end(ExitStatus status);

  const FunctionSettings settings_;
  log::Log log_;  // The server's, which tells only what is wrong.
  RuntimeApiServer api_;
  http::Server server_;
  async::Latch server_stopped_;
  std::optional<Supervisor> process_;
  boost::asio::io_context& io_;
  Console& console_;
  const std::string name_;
  const Restart restart_;
};

}  // namespace penstock::local
