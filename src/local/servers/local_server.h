#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "async/awaitable.h"
#include "async/latch.h"
#include "async/lifetime.h"
#include "base/configuration.h"
#include "base/result.h"
#include "local/processes/supervisor.h"
#include "local/processes/terminal.h"

namespace penstock::local {

// Runs a server that the service's programs need beside the broker. It is started again when it
// ends. All calls are for the io_context's thread, which must be the main thread (see Child).
class LocalServer {
 public:
  struct Settings {
    std::string name = {};  // On the terminal, such as "tables".
    // Says in sentences what runs, such as "moto (DynamoDB)".
    std::string what = {};
    // /bin/sh runs the command in the folder. It must listen on 127.0.0.1 at the port that the
    // variable PORT has, only when it can serve, and end at SIGTERM.
    std::string command = {};
    std::filesystem::path folder = {};
    uint16_t port = 0;
    base::Environment environment = {};  // Comes on top of this process's own.
    // Is shown when the server serves again after an end, and says what that means for its data.
    std::string restart_sentence = {};
  };

  // A server must listen within this time of its first start.
  static constexpr std::chrono::seconds kReadyPatience{120};
  // It must end within this time of SIGTERM.
  static constexpr std::chrono::seconds kStopPatience{15};

  // `io` and `terminal` must outlive the server.
  LocalServer(boost::asio::io_context& io, Terminal& terminal, Settings settings);

  // Runs the command, and returns when the server listens, or early when `stop` is set. The error
  // is `unavailable` and says why it does not listen; stop() must follow.
  [[nodiscard]] async::Awaitable<base::Result<>> start(async::Latch& stop);
  // Kills it at once. It is for a program that ends immediately afterwards.
  void kill();
  async::Awaitable<> stop();

 private:
  void began();
  void ended(processes::ExitStatus status);
  // Waits until a server that was started again listens, and says so.
  async::Awaitable<> wait_until_back();

  boost::asio::io_context& io_;
  Terminal& terminal_;
  const Settings settings_;
  bool started_ = false;
  bool stopping_ = false;
  bool waits_ = false;   // Whether wait_until_back() runs.
  std::string failure_;  // Why it has ended before it has started.
  const async::Lifetime lifetime_;
  Supervisor process_;
};

}  // namespace penstock::local
