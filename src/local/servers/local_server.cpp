#include "local/servers/local_server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <csignal>
#include <utility>

namespace penstock::local {
namespace {

using std::chrono::steady_clock;

// After this time the terminal shows what the program waits for.
constexpr std::chrono::seconds kStillWaiting{10};
constexpr std::chrono::milliseconds kAskAgain{50};

base::Error unavailable(std::string message) {
  return {.code = base::ErrorCode::unavailable, .message = std::move(message)};
}

processes::Command command_of(const LocalServer::Settings& settings) {
  processes::Command command{.program = "/bin/sh",
                             .arguments = {"-c", settings.command},
                             .environment = base::process_environment(),
                             .working_folder = settings.folder};
  for (const auto& [name, value] : settings.environment) command.environment[name] = value;
  command.environment["PORT"] = std::to_string(settings.port);
  return command;
}

// Says whether something listens on the port of this machine. A connection to it is made or refused
// at once.
async::Awaitable<bool> listens(boost::asio::io_context& io, uint16_t port) {
  namespace asio = boost::asio;
  asio::basic_stream_socket<asio::ip::tcp, async::Executor> socket(io.get_executor());
  const asio::ip::tcp::endpoint address(asio::ip::address_v4::loopback(), port);
  const auto [error] = co_await socket.async_connect(address, async::use_awaitable_tuple);
  co_return !error;
}

}  // namespace

LocalServer::LocalServer(boost::asio::io_context& io, Terminal& terminal, Settings settings)
    : io_(io),
      terminal_(terminal),
      settings_(std::move(settings)),
      process_(io_, terminal_, settings_.name, command_of(settings_),
               Supervisor::Hooks{
                   .started = [this] { began(); },
                   .ended = [this](processes::ExitStatus status) { ended(status); },
               }) {}

async::Awaitable<base::Result<>> LocalServer::start(async::Latch& stop) {
  terminal_.line("penstock", "starting " + settings_.what);
  if (auto started = process_.start(); !started) co_return started;
  const auto began = steady_clock::now();
  bool shown = false;
  while (true) {
    const bool there = co_await listens(io_, settings_.port);
    if (!failure_.empty()) co_return unavailable(failure_);
    if (there) break;
    const auto waited = steady_clock::now() - began;
    if (waited > kReadyPatience) {
      co_return unavailable(settings_.what + " does not listen on port " +
                            std::to_string(settings_.port) + " after " +
                            std::to_string(kReadyPatience.count()) + " s");
    }
    if (waited > kStillWaiting && !std::exchange(shown, true)) {
      terminal_.warn("penstock", "still waiting for " + settings_.what + " to listen on port " +
                                     std::to_string(settings_.port));
    }
    const bool stopped = co_await stop.wait_for(kAskAgain);
    if (stopped) co_return base::Result<>{};
  }
  started_ = true;
  co_return base::Result<>{};
}

void LocalServer::began() {
  if (!started_ || std::exchange(waits_, true)) return;
  boost::asio::co_spawn(io_.get_executor(), wait_until_back(), boost::asio::detached);
}

async::Awaitable<> LocalServer::wait_until_back() {
  const auto lives = lifetime_.watch();
  async::Timer timer(io_.get_executor());
  while (true) {
    const bool there = co_await listens(io_, settings_.port);
    if (lives.expired() || stopping_) co_return;
    if (there && process_.running()) break;
    timer.expires_after(kAskAgain);
    co_await timer.async_wait(async::use_awaitable_tuple);
    if (lives.expired() || stopping_) co_return;
  }
  waits_ = false;
  if (!settings_.restart_sentence.empty()) terminal_.warn("penstock", settings_.restart_sentence);
}

void LocalServer::ended(processes::ExitStatus status) {
  if (started_) return;
  process_.give_up_restarting();
  const std::string word = process_.last_word();
  failure_ = settings_.what + " ended with " + status.text() + " while it was starting" +
             (word.empty() ? "" : ": " + word);
}

void LocalServer::kill() {
  stopping_ = true;
  process_.signal(SIGKILL);
}

async::Awaitable<> LocalServer::stop() {
  stopping_ = true;
  co_await process_.stop(SIGTERM, kStopPatience);
}

}  // namespace penstock::local
