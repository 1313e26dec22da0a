#include "local/function/function_environment.h"

#include <unistd.h>

#include <csignal>
#include <utility>

namespace penstock::local {
namespace {

constexpr std::chrono::seconds kStopPatience{2};

RuntimeApiServer::Settings runtime_api_settings(const FunctionSettings& settings,
                                                std::chrono::milliseconds timeout) {
  const auto limit = max_concurrency(settings.environment);
  return {.function_arn = function_arn(settings),
          .timeout = timeout,
          .max_concurrency = limit ? static_cast<size_t>(*limit) : 1};
}

}  // namespace

FunctionEnvironment::FunctionEnvironment(boost::asio::io_context& io, Terminal& terminal,
                                         const FunctionSettings& settings,
                                         std::chrono::milliseconds timeout, const std::string& name,
                                         Restart restart, Observer* observer, OnBusy on_busy)
    : settings_(settings),
      log_(STDERR_FILENO, log::Level::error),
      api_(io, runtime_api_settings(settings, timeout),
           {.kill_function = [this] { restart_or_end(); },
            .asked = [this] { take_asked(); },
            .busy = [this](const std::string& id, bool busy) { take_busy(id, busy); }}),
      server_(io, api_, RuntimeApiServer::http_limits(runtime_api_settings(settings, timeout)),
              log_, "runtime_api"),
      server_stopped_(io),
      io_(io),
      terminal_(terminal),
      name_(name),
      restart_(restart),
      observer_(observer),
      on_busy_(std::move(on_busy)),
      status_(observer, Part::function, name) {}

base::Result<> FunctionEnvironment::start() {
  if (auto listening = server_.listen("127.0.0.1", 0); !listening) return listening;
  process_.emplace(
      io_, terminal_, name_,
      function_command(settings_, server_.port(), base::process_environment()),
      Supervisor::Hooks{
          .line =
              [this](std::string_view line) {
                if (observer_ != nullptr) observer_->function_line(name_, request_ids_, line);
              },
          .started = [this] { status_.tell(PartStatus::State::starting); },
          .ended = [this](processes::ExitStatus status) { on_process_end(status); },
          .waits = [this](const std::string& why) { status_.tell(PartStatus::State::down, why); }});
  return process_->start();
}

void FunctionEnvironment::take_asked() {
  if (status_.state() != PartStatus::State::running) status_.tell(PartStatus::State::running);
}

void FunctionEnvironment::take_busy(const std::string& request_id, bool busy) {
  // What the function has written before it asked or answered belongs to what it had until now.
  if (observer_ != nullptr && process_) process_->read_now();
  if (busy) {
    request_ids_.push_back(request_id);
  } else {
    std::erase(request_ids_, request_id);
  }
  if (observer_ != nullptr) observer_->function_busy(name_, request_id, busy);
  if (on_busy_) on_busy_(busy);
}

void FunctionEnvironment::restart_or_end() {
  killed_ = true;
  if (restart_ == Restart::yes) return process_->kill_and_restart();
  process_->give_up_restarting();
  process_->signal(SIGKILL);
}

void FunctionEnvironment::on_process_end(processes::ExitStatus status) {
  if (!std::exchange(killed_, false) && !has_asked()) {
    const std::string word = process_->last_word();
    early_end_ = name_ + " ended with " + status.text() + " before it asked for an invocation" +
                 (word.empty() ? "" : ": " + word);
  }
  if (restart_ == Restart::yes) return api_.function_ended(status.text());
  process_->give_up_restarting();
  api_.function_ended_for_good(status.text());
}

void FunctionEnvironment::signal(int number) {
  if (process_) process_->signal(number);
}

async::Awaitable<> FunctionEnvironment::stop() {
  if (process_) co_await process_->stop(SIGTERM, kStopPatience);
  api_.close();
  server_.stop(std::chrono::steady_clock::now() + kStopPatience, [this] { server_stopped_.set(); });
  co_await server_stopped_.wait_for(2 * kStopPatience);
  status_.tell(PartStatus::State::stopped);
}

}  // namespace penstock::local
