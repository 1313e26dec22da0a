#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "http/server/server.h"
#include "local/function/function_command.h"
#include "local/function/runtime_api_server.h"
#include "local/processes/supervisor.h"
#include "local/processes/terminal.h"
#include "local/stories/observer.h"
#include "local/stories/status_teller.h"
#include "log/log.h"

namespace penstock::local {

// Lambda's execution environment: one process of the function, and the Runtime API that it asks. It
// handles one invocation at a time, or as many as the function's AWS_LAMBDA_MAX_CONCURRENCY says
// (max_concurrency()); more concurrency needs more environments. All calls are for
// the io_context's thread, which must be the main thread (see Child), except the invoker's
// invoke(), which is for any other thread.
class FunctionEnvironment {
 public:
  // Says whether a process that has ended or took too long is started again.
  enum class Restart { yes, no };

  // Is called on the io_context's thread when the process gets an invocation, and when that has
  // ended.
  using OnBusy = std::function<void(bool busy)>;

  // `timeout` bounds an invocation. `name` is the process's name on the terminal. `observer` may be
  // null. `io`, `terminal` and `observer` must outlive the environment.
  FunctionEnvironment(boost::asio::io_context& io, Terminal& terminal,
                      const FunctionSettings& settings, std::chrono::milliseconds timeout,
                      const std::string& name, Restart restart = Restart::yes,
                      Observer* observer = nullptr, OnBusy on_busy = {});

  // Starts the Runtime API and the process. The error is `unavailable` (no port is free) or that of
  // Supervisor::start().
  [[nodiscard]] base::Result<> start();
  // Returns the invoker, which lives as long as the environment.
  [[nodiscard]] Invoker& invoker() { return api_; }
  // Says whether a process of the function has asked for an invocation, as each does when it has
  // started.
  [[nodiscard]] bool has_asked() const { return api_.polls() > 0; }
  // Returns how the process has ended by itself before any has asked for an invocation, and its
  // last line, as a sentence without an end. It is empty if none has.
  [[nodiscard]] const std::string& early_end() const { return early_end_; }
  // Says whether the observer hears how this environment is: not before it is used, nor after
  // another one has taken its place.
  void set_counts(bool counts) { status_.set_counts(counts); }
  // Sends a signal to the process, if it runs. SIGKILL ends an invocation as a crash does.
  void signal(int number);
  // Ends the process, then the server. A running invocation fails.
  async::Awaitable<> stop();

 private:
  void restart_or_end();
  void on_process_end(processes::ExitStatus status);
  void take_asked();
  void take_busy(const std::string& request_id, bool busy);

  const FunctionSettings settings_;
  log::Log log_;  // The server writes errors only.
  RuntimeApiServer api_;
  http::Server server_;
  async::Latch server_stopped_;
  std::optional<Supervisor> process_;
  boost::asio::io_context& io_;
  Terminal& terminal_;
  const std::string name_;
  const Restart restart_;
  std::string early_end_;
  bool killed_ = false;  // Whether restart_or_end() has killed the present process.
  Observer* const observer_;
  const OnBusy on_busy_;
  StatusTeller status_;
  std::vector<std::string> request_ids_;  // Of the invocations that the process has.
};

}  // namespace penstock::local
