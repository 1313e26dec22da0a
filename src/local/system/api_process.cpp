#include "local/system/api_process.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <chrono>
#include <csignal>
#include <utility>

#include "local/system/http_probe.h"

namespace penstock::local {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

// After this time the terminal shows what the program waits for.
constexpr seconds kStillWaiting{10};
constexpr seconds kReadyPatience{30};
constexpr seconds kStopPatience{15};
constexpr milliseconds kAskAgain{25};
constexpr milliseconds kProbePatience{1'000};
// The lines of the setting STORIES begin so. They are for an observer, and the terminal has the
// lines of the requests.
constexpr std::string_view kStory = R"({"message":"story",)";
// The API ends with this exit status if its settings or its contract are wrong.
constexpr int kConfigurationError = 2;

base::Error unavailable(std::string message, std::string detail = {}) {
  return {.code = base::ErrorCode::unavailable,
          .message = std::move(message),
          .detail = std::move(detail)};
}

// Lines for people need stories: they say of a request what only its story has.
processes::Command command_of(const ApiProcess::Settings& settings, bool is_for_people) {
  processes::Command command{.program = settings.program.string(),
                             .environment = base::process_environment()};
  if (!settings.contract.empty()) command.arguments = {"--contract", settings.contract.string()};
  const auto set = [&](const char* name, const std::string& value) {
    command.environment[settings.variable_prefix + name] = value;
  };
  for (const auto& [name, value] : settings.environment) command.environment[name] = value;
  command.environment.try_emplace(settings.variable_prefix + "ADDRESS", "127.0.0.1");
  if (!settings.address.empty()) set("ADDRESS", settings.address);
  command.environment.try_emplace(settings.variable_prefix + "CONTRACT_PAGE", "true");
  command.environment.try_emplace(settings.variable_prefix + "DRAIN_DELAY", settings.drain_delay);
  if (settings.observer != nullptr || is_for_people) {
    command.environment.try_emplace(settings.variable_prefix + "STORIES", "true");
  }
  if (!settings.authentication.empty()) set("AUTHENTICATION", settings.authentication);
  set("AWS_MSK_CLUSTER_BOOTSTRAP", settings.bootstrap);
  set("AWS_MSK_CLUSTER_TOPIC", settings.topic);
  set("PORT", std::to_string(settings.port));
  set("ADMIN_PORT", std::to_string(settings.admin_port));
  if (!settings.creates_topics) set("KAFKA_CREATE_TOPIC", "false");
  return command;
}

}  // namespace

bool ApiProcess::Settings::shows_contract() const {
  return command_of(*this, false).environment.at(variable_prefix + "CONTRACT_PAGE") == "true";
}

ApiProcess::ApiProcess(boost::asio::io_context& io, Terminal& terminal, Settings settings,
                       std::function<void(const std::string&)> refused)
    : io_(io),
      terminal_(terminal),
      settings_(std::move(settings)),
      name_(settings_.program.filename().string()),
      refused_(std::move(refused)),
      status_(settings_.observer, Part::api, ""),
      process_(
          io_, terminal_, "api", command_of(settings_, terminal.is_for_people()),
          Supervisor::Hooks{
              .shows = [](std::string_view line) { return !line.starts_with(kStory); },
              .line =
                  [this](std::string_view line) {
                    if (settings_.observer != nullptr) settings_.observer->api_line(line);
                  },
              .started = [this] { began(); },
              .ended = [this](processes::ExitStatus status) { ended(status); },
              .waits =
                  [this](const std::string& why) { status_.tell(PartStatus::State::down, why); }}) {
}

void ApiProcess::restart() {
  ending_ = process_.running();
  process_.signal(SIGTERM);
}

bool ApiProcess::serves() const {
  return status_.state() == PartStatus::State::running && !ending_;
}

void ApiProcess::began() {
  ending_ = false;
  status_.tell(PartStatus::State::starting);
  if (!started_ || std::exchange(waits_, true)) return;
  boost::asio::co_spawn(io_.get_executor(), wait_until_back(), boost::asio::detached);
}

async::Awaitable<> ApiProcess::wait_until_back() {
  const auto lives = lifetime_.watch();
  async::Timer timer(io_.get_executor());
  while (status_.state() != PartStatus::State::stopped) {
    const auto probe = co_await probe_http(io_, settings_.admin_port, "/readiness", kProbePatience);
    if (lives.expired()) co_return;
    if (!failure_.empty()) break;
    if (probe && process_.running()) {
      if (status_.state() == PartStatus::State::starting) status_.tell(PartStatus::State::running);
      break;
    }
    timer.expires_after(kAskAgain);
    co_await timer.async_wait(async::use_awaitable_tuple);
    if (lives.expired()) co_return;
  }
  waits_ = false;
}

async::Awaitable<base::Result<>> ApiProcess::start(Until until, async::Latch& stop) {
  if (auto started = process_.start(); !started) co_return started;
  const auto began = steady_clock::now();
  bool shown = false;
  while (true) {
    const auto probe = co_await probe_http(io_, settings_.admin_port, "/readiness", kProbePatience);
    if (!failure_.empty()) co_return unavailable(failure_);
    if (probe && (probe->status == 200 || until == Until::serving)) {
      started_ = true;
      status_.tell(PartStatus::State::running);
      co_return base::Result<>{};
    }
    const std::string reason = probe ? probe->body : probe.error().message;
    const auto waited = steady_clock::now() - began;
    if (waited > kStillWaiting && !stop.is_set() && !std::exchange(shown, true)) {
      terminal_.warn("penstock", "still waiting for " + name_ + " to become ready: " + reason);
    }
    if (waited > kReadyPatience) {
      co_return unavailable(
          name_ + " has not become ready within " + std::to_string(kReadyPatience.count()) + " s",
          reason);
    }
    const bool stopped = co_await stop.wait_for(kAskAgain);
    if (stopped) co_return base::Result<>{};
  }
}

void ApiProcess::ended(processes::ExitStatus status) {
  const bool is_refusal = !status.by_signal && status.number == kConfigurationError;
  if (started_ && !is_refusal) return;
  process_.give_up_restarting();
  if (is_refusal) {
    failure_ =
        name_ + " does not accept its settings or its contract. Its last lines above say why";
    status_.tell(PartStatus::State::down, failure_);
    if (started_) refused_(failure_);
    return;
  }
  const std::string word = process_.last_word();
  failure_ = name_ + " ended with " + status.text() + " while it was starting" +
             (word.empty() ? "" : ": " + word);
  status_.tell(PartStatus::State::down, failure_);
}

void ApiProcess::kill() {
  process_.signal(SIGKILL);
}

async::Awaitable<> ApiProcess::stop() {
  co_await process_.stop(SIGTERM, kStopPatience);
  status_.tell(PartStatus::State::stopped);
}

}  // namespace penstock::local
