// This file has what LocalSystem does when something is saved in the service's folder.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <optional>
#include <utility>

#include "local/processes/run_on_thread.h"
#include "local/system/local_system.h"

namespace penstock::local {
namespace {

using std::chrono::steady_clock;

constexpr size_t kNamesMax = 3;
// The names of a service are read once, when the system starts.
constexpr const char* kServiceFile = "service.env";

std::string seconds_since(steady_clock::time_point start) {
  const std::chrono::duration<double> time = steady_clock::now() - start;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f s", time.count());
  return text.data();
}

// Returns the names of the first files: "handlers.cpp, consumer.cpp and 2 more".
std::string names_of(const FolderWatch::Files& files, const std::filesystem::path& folder) {
  std::string text;
  size_t named = 0;
  for (const auto& file : files) {
    if (named == kNamesMax) break;
    text += (named++ == 0 ? "" : ", ") + file.lexically_relative(folder).string();
  }
  if (files.size() > named) text += " and " + std::to_string(files.size() - named) + " more";
  return text;
}

}  // namespace

base::Result<> LocalSystem::start_watch() {
  const WatchOptions& watch = *options_.watch;
  std::vector<std::filesystem::path> left_out = watch.left_out;
  left_out.push_back(data_->path());
  auto started = FolderWatch::start(io_, watch.folder, left_out, [this] {
    // What is saved while a build runs makes it out of date.
    if (build_) build_->stop();
  });
  if (!started) return started.error();
  folder_watch_ = std::move(*started);
  build_ = std::make_unique<Build>(io_, terminal_, watch.build_command, watch.folder);
  api_program_ = FileIdentity::of(options_.api.program);
  function_program_ = FileIdentity::of(options_.function.function.program);
  return {};
}

async::Awaitable<> LocalSystem::watch() {
  while (!stop_.is_set()) {
    const auto files = co_await folder_watch_->changes();
    if (stop_.is_set()) break;
    if (!files) {
      terminal_.fault("penstock", base::describe(files.error()));
      co_await stop_.wait_until(steady_clock::time_point::max());
      break;
    }
    if (files->empty()) continue;
    co_await take_change(*files);
    co_await end_old_api();
  }
}

async::Awaitable<> LocalSystem::take_change(const FolderWatch::Files& files) {
  const auto began = steady_clock::now();
  const std::string names = names_of(files, options_.watch->folder);
  const std::string saved = names + (files.size() == 1 ? " was saved" : " were saved");
  const std::string in_force = names + (files.size() == 1 ? " is" : " are") + " in force after ";
  if (files.contains(options_.watch->folder / kServiceFile)) {
    say(std::string(kServiceFile) +
        " was saved. The service's names are read at the start: press Ctrl-C and start again");
  }
  const bool is_contract = std::any_of(files.begin(), files.end(), [&](const auto& file) {
    return std::find(plan_.documents.begin(), plan_.documents.end(), file) != plan_.documents.end();
  });
  const bool is_source = std::any_of(files.begin(), files.end(), [&](const auto& file) {
    return std::find(plan_.documents.begin(), plan_.documents.end(), file) == plan_.documents.end();
  });
  needs_build_ = needs_build_ || is_source;
  needs_api_ = needs_api_ || is_contract;
  const auto read = [this](std::stop_token) { return options_.watch->plan(); };
  auto plan = co_await run_on_thread<base::Result<SystemPlan>>(io_, {}, read);
  if (stop_.is_set()) co_return;
  if (!plan) {
    warn(saved + ", but the old contract stays in force:\n" + base::describe(plan.error()));
    co_return;
  }
  // Documents that the contract refers to now are no sources.
  plan_.documents = plan->documents;
  const bool same_code = !plan->code.empty() && plan->code == built_code_;
  const bool no_build = !needs_build_ && same_code;
  if (no_build) {
    const auto taken = co_await take_up(*plan, needs_api_);
    if (stop_.is_set()) co_return;
    if (!taken) {
      warn(saved + ", but the old contract stays in force: " + base::describe(taken.error()));
      co_return;
    }
    plan_ = *plan;
    needs_api_ = false;
    say(in_force + seconds_since(began));
    if (plan->event_schemas == built_events_) co_return;
  }
  say(saved + "; building");
  const bool built = co_await build(*plan);
  if (!built) co_return;
  const auto api = FileIdentity::of(options_.api.program);
  const auto function = FileIdentity::of(options_.function.function.program);
  // If only the events' schemas have changed, the API has its contract already, as a file.
  const bool new_api = needs_api_ || (!no_build && api != api_program_);
  const bool new_function = function != function_program_;
  const auto taken = co_await take_up(*plan, new_api);
  if (stop_.is_set()) co_return;
  if (!taken) {
    warn("the new API does not serve, the old one does: " + base::describe(taken.error()));
    co_return;
  }
  plan_ = *plan;
  needs_api_ = false;
  api_program_ = api;
  if (new_function) {
    const auto replaced = co_await mappings_.replace_function(stop_);
    if (stop_.is_set()) co_return;
    if (!replaced) {
      warn("the new function does not work, the old one does: " + base::describe(replaced.error()));
      co_return;
    }
    function_program_ = function;
  }
  say(new_api || new_function ? in_force + seconds_since(began)
                              : "built after " + seconds_since(began) + "; no program has changed");
}

async::Awaitable<bool> LocalSystem::build(const SystemPlan& plan) {
  // What was saved since the contract was read is not in `plan`.
  needs_build_ = true;
  if (folder_watch_->has_changes()) co_return false;
  const auto result = co_await build_->run();
  if (stop_.is_set() || result == Build::Result::stopped) co_return false;
  if (result == Build::Result::failed) {
    warn("the build has failed, so the old programs go on");
    co_return false;
  }
  needs_build_ = false;
  built_code_ = plan.code;
  built_events_ = plan.event_schemas;
  co_return true;
}

}  // namespace penstock::local
