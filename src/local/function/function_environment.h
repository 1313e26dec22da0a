#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "http/server.h"
#include "local/function/function.h"
#include "local/function/runtime_api.h"
#include "local/processes/console.h"
#include "local/processes/supervisor.h"
#include "log/log.h"

namespace penstock::local {

// What Lambda calls an execution environment: one process of the function and the Runtime API that it asks.
// It handles one invocation at a time; more concurrency is more of them. On the io_context's thread, but for
// the invoker's invoke().
class FunctionEnvironment {
 public:
  enum class Restart { yes, no };  // Of a process that ended, or took too long.

  FunctionEnvironment(boost::asio::io_context& io, Console& console, const FunctionSettings& settings,
                      std::chrono::milliseconds timeout, const std::string& name,
                      Restart restart = Restart::yes);

  [[nodiscard]] base::Result<> start();
  [[nodiscard]] Invoker& invoker() { return api_; }
  void kill();
  // Ends the process, then the server. An invocation under way fails.
  async::Awaitable<> stop();

 private:
  void too_slow();
  void ended(ExitStatus status);

  const FunctionSettings settings_;
  log::Log log_;  // The server's: only what is wrong.
  RuntimeApi api_;
  http::Server server_;
  async::Latch server_stopped_;
  std::optional<Supervisor> process_;
  boost::asio::io_context& io_;
  Console& console_;
  const std::string name_;
  const Restart restart_;
};

}  // namespace penstock::local
