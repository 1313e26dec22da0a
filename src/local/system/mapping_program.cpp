#include "local/system/mapping_program.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "local/faults/all_faults.h"
#include "local/processes/run_until_done.h"
#include "local/system/two_step_stop.h"

namespace penstock::local {
namespace {

// Records that are left are handed over within this time.
constexpr std::chrono::seconds kDrainPatience{5};
// Ends the program if something that the user wrote is wrong. Starting it again does not help.
constexpr int kWrong = 2;

// A URL's query may have a key (?code=…), which is not shown.
std::string without_query(const std::string& url) {
  return url.substr(0, url.find('?'));
}

LocalMappingSettings observed(LocalMappingSettings settings, Observer* observer) {
  settings.observer = observer;
  return settings;
}

}  // namespace

MappingProgram::MappingProgram(boost::asio::io_context& io, Terminal& terminal,
                               LocalMappingSettings settings, std::optional<uint16_t> console_port)
    : io_(io),
      terminal_(terminal),
      console_(io, console_port),
      stop_(io),
      settings_(observed(std::move(settings), console_.observer())) {
  if (settings_.invoke_url.empty()) {
    FunctionPool::Settings pool = settings_.pool();
    pool.observer = console_.observer();
    function_.emplace(io, terminal, std::move(pool));
  }
  mapping_.emplace(io, terminal, function_ ? &*function_ : nullptr, settings_);
}

int MappingProgram::run() {
  return run_until_done(io_, serve(), [this] {
    stop_in_two_steps(stop_, terminal_, [this] {
      if (function_) function_->kill();
    });
  });
}

base::Result<> MappingProgram::start_console() {
  console_.show({.broker_kind = "other",
                 .bootstrap = settings_.source.cluster.bootstrap,
                 .function_name = function_ ? settings_.function.program.filename().string()
                                            : without_query(settings_.invoke_url)});
  console_.show_mappings({settings_});
  faults_.emplace(io_, terminal_, all_faults(io_, {.function = function_ ? &*function_ : nullptr}));
  const auto& topics = settings_.source.topics;
  auto listening = console_.listen(
      {.kafka = {.cluster = [this]() -> base::Result<Cluster> { return settings_.source.cluster; },
                 .is_own =
                     [&topics](const std::string& topic) {
                       return std::find(topics.begin(), topics.end(), topic) != topics.end();
                     }},
       .api = {.port = [] { return uint16_t{0}; },
               .contract = [] { return std::shared_ptr<const std::string>(); }},
       .function = {.invoker = [this]() -> Invoker* { return function_ ? &*function_ : nullptr; }},
       .redrive_target = [this](const std::string&) { return redrive_target(); },
       .faults = &*faults_},
      {});
  const std::string line = console_.invitation();
  if (!line.empty()) terminal_.line("penstock", line);
  return listening;
}

base::Result<RedriveTarget> MappingProgram::redrive_target() {
  if (function_) {
    return console_.redrive_target(settings_, settings_.source.cluster, *function_);
  }
  // Two invocations at once would crash AWS's emulator.
  return base::Error{.code = base::ErrorCode::refused,
                     .message = "a function at a URL is invoked by the mapping alone"};
}

base::Result<> MappingProgram::start() {
  if (auto listening = start_console(); !listening) return listening;
  if (function_) {
    if (auto started = function_->start(); !started) return started;
  }
  return mapping_->start();
}

async::Awaitable<int> MappingProgram::serve() {
  const base::Result<> started = start();
  if (!started) {
    terminal_.fault("penstock", base::describe(started.error()));
    stop_.set();
  }
  co_await stop_.wait_until(std::chrono::steady_clock::time_point::max());
  co_await console_.stop();
  if (faults_) faults_->stop();
  mapping_->ask_to_stop(started ? kDrainPatience : std::chrono::seconds(0));
  co_await mapping_->ended();
  if (function_) co_await function_->stop();
  if (started) terminal_.line("penstock", "stopped");
  if (started) co_return EXIT_SUCCESS;
  co_return started.error().code == base::ErrorCode::invalid ? kWrong : EXIT_FAILURE;
}

}  // namespace penstock::local
