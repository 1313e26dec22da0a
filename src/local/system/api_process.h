#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "async/awaitable.h"
#include "async/latch.h"
#include "async/lifetime.h"
#include "base/configuration.h"
#include "base/result.h"
#include "local/processes/supervisor.h"
#include "local/processes/terminal.h"
#include "local/stories/status_teller.h"

namespace penstock::local {

// Runs the API's program as a process of the local system. It is started again when it ends. All
// calls are for the io_context's thread, which must be the main thread (see Child).
class ApiProcess {
 public:
  struct Settings {
    std::filesystem::path program = {};
    std::filesystem::path contract = {};  // Is served instead of the one that is compiled in.
    std::string variable_prefix = {};     // Of the API's environment variables.
    // Is where it listens. If it is empty, the environment says that, or else it is this machine
    // only.
    std::string address = {};
    uint16_t port = 0;
    uint16_t admin_port = 0;
    std::string bootstrap = {};  // Of Kafka. If it is empty, events are only logged.
    std::string topic = {};      // Takes the place of the contract's topics, if it is not empty.
    // Takes the place of what the environment says in AUTHENTICATION, if it is not empty.
    std::string authentication = {};
    bool creates_topics = true;
    base::Environment environment = {};  // Comes on top of this process's own.
    // Says how long it goes on after it was asked to end, in seconds, unless the environment does.
    std::string drain_delay = "0";
    // Hears how the API is and what it writes, if it is not null. It must outlive the process.
    Observer* observer = nullptr;

    // Says whether the API serves the page of its contract, as it does unless the environment says
    // otherwise.
    [[nodiscard]] bool shows_contract() const;
  };

  // `refused` is called when the program, which had started, was started again and does not
  // accept its settings or its contract. `io` and `terminal` must outlive this object.
  ApiProcess(boost::asio::io_context& io, Terminal& terminal, Settings settings,
             std::function<void(const std::string& sentence)> refused);

  // Says when the program has started: when it is ready, or as soon as it serves. An API serves
  // before its first statistics of Kafka, which come after a second, show it to be ready; where
  // Kafka is known to answer, its events need not wait for that.
  enum class Until { ready, serving };

  // Starts the program, and returns when it has started, or early when `stop` is set. The error
  // says why it has not; stop() must follow.
  [[nodiscard]] async::Awaitable<base::Result<>> start(Until until, async::Latch& stop);
  // Says whether the observer hears how this process is: not before it has taken the place of
  // another one, nor after another one has taken its place. By default it is.
  void set_counts(bool counts) { status_.set_counts(counts); }
  // Asks it to end as ECS does, with SIGTERM. It drains, and is started again when it has ended.
  void restart();
  // Says whether it serves: not before it has started, nor from restart() until it is back.
  [[nodiscard]] bool serves() const;
  // Kills it at once. It is for a program that ends immediately afterwards.
  void kill();
  // Lets it finish the requests that it has.
  async::Awaitable<> stop();

 private:
  void ended(processes::ExitStatus status);
  void began();
  // Waits until a program that was started again serves.
  async::Awaitable<> wait_until_back();

  boost::asio::io_context& io_;
  Terminal& terminal_;
  const Settings settings_;
  const std::string name_;
  const std::function<void(const std::string&)> refused_;
  bool started_ = false;
  std::string failure_;  // Why it has ended before it has started.
  StatusTeller status_;
  bool waits_ = false;   // Whether wait_until_back() runs.
  bool ending_ = false;  // Whether restart() has asked the present program to end.
  const async::Lifetime lifetime_;
  Supervisor process_;
};

}  // namespace penstock::local
