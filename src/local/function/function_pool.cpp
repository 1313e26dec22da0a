#include "local/function/function_pool.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "local/function/function_environment.h"

namespace penstock::local {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kAskAgain{20};

// Returns the name of one of `count` environments, with its number if there are several.
std::string name_of(int index, int count) {
  return count == 1 ? "function" : "function " + std::to_string(index + 1);
}

}  // namespace

// Is an environment with what the pool knows of it.
struct FunctionPool::Place {
  Place(boost::asio::io_context& io, Terminal& terminal, const Settings& settings,
        const std::string& name, int most)
      : environment(io, terminal, settings.function, settings.timeout, name),
        invocations_max(most),
        idle(io),
        ended(io) {}

  FunctionEnvironment environment;
  const int invocations_max;
  int invocations = 0;   // With the lock.
  bool retired = false;  // With the lock.
  async::Latch idle;     // Set when a retired one has no invocation any more.
  async::Latch ended;    // Set when a retired one has ended.
};

FunctionPool::FunctionPool(boost::asio::io_context& io, Terminal& terminal, Settings settings)
    : io_(io), terminal_(terminal), settings_(std::move(settings)) {}

FunctionPool::~FunctionPool() = default;

base::Result<> FunctionPool::start_places(Places& places) {
  const auto per_process = max_concurrency(settings_.function.environment);
  if (!per_process) return per_process.error();
  const int count = (settings_.concurrency + *per_process - 1) / *per_process;
  for (int i = 0; i < count; ++i) {
    places.push_back(
        std::make_shared<Place>(io_, terminal_, settings_, name_of(i, count), *per_process));
    if (auto started = places.back()->environment.start(); !started) return started;
  }
  return {};
}

base::Result<> FunctionPool::start() {
  const std::lock_guard lock(mutex_);
  return start_places(places_);
}

bool FunctionPool::runs() const {
  return std::all_of(places_.begin(), places_.end(),
                     [](const auto& place) { return place->environment.has_asked(); });
}

std::string FunctionPool::ended_early() const {
  for (const auto& place : places_) {
    if (!place->environment.early_end().empty()) return place->environment.early_end();
  }
  return {};
}

async::Awaitable<base::Result<>> FunctionPool::replace(async::Latch& stop) {
  Places fresh;
  if (auto started = start_places(fresh); !started) {
    co_await stop_all(fresh);
    co_return started;
  }
  const auto deadline = steady_clock::now() + kAskPatience;
  while (!std::all_of(fresh.begin(), fresh.end(),
                      [](const auto& place) { return place->environment.has_asked(); })) {
    std::string problem;
    for (const auto& place : fresh) {
      if (problem.empty()) problem = place->environment.early_end();
    }
    if (problem.empty() && steady_clock::now() > deadline) {
      problem = "the function has not asked for an invocation within a minute";
    }
    if (!problem.empty()) {
      co_await stop_all(fresh);
      co_return base::Error{.code = base::ErrorCode::unavailable, .message = problem};
    }
    const bool stopped = co_await stop.wait_for(kAskAgain);
    if (!stopped) continue;
    co_await stop_all(fresh);
    co_return base::Result<>{};
  }
  Places old;
  {
    const std::lock_guard lock(mutex_);
    old = std::exchange(places_, fresh);
  }
  free_.notify_all();
  retire(std::move(old));
  co_return base::Result<>{};
}

// Ends environments in the background, each when it has no invocation any more.
void FunctionPool::retire(Places places) {
  for (const auto& place : places) {
    {
      const std::lock_guard lock(mutex_);
      place->retired = true;
      if (place->invocations == 0) place->idle.set();
    }
    retired_.push_back(place);
    boost::asio::co_spawn(io_.get_executor(), end_when_idle(place), boost::asio::detached);
  }
}

async::Awaitable<> FunctionPool::end_when_idle(std::shared_ptr<Place> place) {
  const auto lives = lifetime_.watch();
  co_await place->idle.wait_until(steady_clock::time_point::max());
  co_await place->environment.stop();
  place->ended.set();
  if (!lives.expired()) retired_.remove(place);
}

InvocationOutcome FunctionPool::invoke(const std::string& payload, std::stop_token stop) {
  std::shared_ptr<Place> place;
  {
    std::unique_lock lock(mutex_);
    const bool found = free_.wait(lock, stop, [&] {
      const auto free = std::find_if(places_.begin(), places_.end(), [](const auto& one) {
        return one->invocations < one->invocations_max;
      });
      if (free != places_.end()) place = *free;
      return place != nullptr;
    });
    if (!found) {
      return {.error_type = "Penstock.Abandoned", .error_message = "the program is stopping"};
    }
    ++place->invocations;
  }
  InvocationOutcome outcome = place->environment.invoker().invoke(payload, std::move(stop));
  bool is_idle = false;
  {
    const std::lock_guard lock(mutex_);
    is_idle = --place->invocations == 0 && place->retired;
  }
  free_.notify_all();
  if (is_idle) boost::asio::post(io_, [place] { place->idle.set(); });
  return outcome;
}

void FunctionPool::kill() {
  for (const auto& place : places_) place->environment.kill();
  for (const auto& place : retired_) place->environment.kill();
}

async::Awaitable<> FunctionPool::stop_all(const Places& places) {
  for (const auto& place : places) co_await place->environment.stop();
}

async::Awaitable<> FunctionPool::stop() {
  const Places working(retired_.begin(), retired_.end());
  for (const auto& place : working) place->idle.set();
  for (const auto& place : working) {
    co_await place->ended.wait_until(steady_clock::time_point::max());
  }
  co_await stop_all(places_);
}

}  // namespace penstock::local
