#include "local/function/function_environment.h"

#include <unistd.h>

#include <csignal>

namespace penstock::local {
namespace {

constexpr std::chrono::seconds kStopPatience{2};

// The only client is one function, which may work for hours between two requests.
http::Limits runtime_api_limits() {
  http::Limits limits;
  limits.body_bytes_max = static_cast<int64_t>(RuntimeApiServer::kResponseBytesMax) + 1024 * 1024;
  limits.requests_per_connection_max = 1'000'000'000;
  limits.connections_max = 16;
  limits.idle_timeout = std::chrono::hours(24);
  return limits;
}

}  // namespace

FunctionEnvironment::FunctionEnvironment(boost::asio::io_context& io, Console& console,
                                         const FunctionSettings& settings,
                                         std::chrono::milliseconds timeout, const std::string& name,
                                         Restart restart)
    : settings_(settings),
      log_(STDERR_FILENO, log::Level::error),
      api_(io, {.function_arn = function_arn(settings), .timeout = timeout},
           [this] { restart_or_end(); }),
      server_(io, api_, runtime_api_limits(), log_, "runtime_api"),
      server_stopped_(io),
      io_(io),
      console_(console),
      name_(name),
      restart_(restart) {}

base::Result<> FunctionEnvironment::start() {
  if (auto listening = server_.listen("127.0.0.1", 0); !listening) return listening;
  process_.emplace(
      io_, console_, name_,
      function_command(settings_, server_.port(), base::process_environment()),
      Supervisor::Hooks{.ended = [this](ExitStatus status) { on_process_end(status); }});
  return process_->start();
}

void FunctionEnvironment::restart_or_end() {
  if (restart_ == Restart::yes) return process_->kill_and_restart();
  process_->give_up_restarting();
  process_->signal(SIGKILL);
}

void FunctionEnvironment::on_process_end(ExitStatus status) {
  if (restart_ == Restart::yes) return api_.function_ended(status.text());
  process_->give_up_restarting();
  api_.function_ended_for_good(status.text());
}

void FunctionEnvironment::kill() {
  if (process_) process_->signal(SIGKILL);
}

async::Awaitable<> FunctionEnvironment::stop() {
  if (process_) co_await process_->stop(SIGTERM, kStopPatience);
  api_.close();
  server_.stop(std::chrono::steady_clock::now() + kStopPatience, [this] { server_stopped_.set(); });
  co_await server_stopped_.wait_for(2 * kStopPatience);
}

}  // namespace penstock::local
