#include "local/function/function_pool.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <csignal>
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
struct FunctionPool::Place : std::enable_shared_from_this<Place> {
  Place(boost::asio::io_context& io, Terminal& terminal, const Settings& settings,
        const std::string& name, int most, std::function<void(Place&, bool)> take_busy)
      : environment(io, terminal, settings.function, settings.timeout, name,
                    FunctionEnvironment::Restart::yes, settings.observer,
                    [this, take = std::move(take_busy)](bool busy) { take(*this, busy); }),
        invocations_max(most),
        idle(io),
        ended(io) {}

  FunctionEnvironment environment;
  const int invocations_max;
  int invocations = 0;   // With the lock.
  bool retired = false;  // With the lock.
  bool stopped = false;  // Whether a fault has stopped the process.
  async::Latch idle;     // Set when a retired one has no invocation any more.
  async::Latch ended;    // Set when a retired one has ended.
};

FunctionPool::FunctionPool(boost::asio::io_context& io, Terminal& terminal, Settings settings)
    : io_(io), terminal_(terminal), settings_(std::move(settings)) {}

FunctionPool::~FunctionPool() = default;

base::Result<> FunctionPool::start_places(Places& places, Counts counts) {
  const auto per_process = max_concurrency(settings_.function.environment);
  if (!per_process) return per_process.error();
  const int count = (settings_.concurrency + *per_process - 1) / *per_process;
  for (int i = 0; i < count; ++i) {
    places.push_back(std::make_shared<Place>(
        io_, terminal_, settings_, name_of(i, count), *per_process,
        lifetime_.guard([this](Place& place, bool busy) { take_busy(place, busy); })));
    FunctionEnvironment& environment = places.back()->environment;
    environment.set_counts(counts == Counts::yes);
    if (auto started = environment.start(); !started) return started;
  }
  return {};
}

base::Result<> FunctionPool::start() {
  const std::lock_guard lock(mutex_);
  return start_places(places_, Counts::yes);
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
  if (auto started = start_places(fresh, Counts::no); !started) {
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
  for (const auto& place : old) place->environment.set_counts(false);
  for (const auto& place : fresh) place->environment.set_counts(true);
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

InvocationOutcome FunctionPool::invoke(const Payload& payload, std::stop_token stop) {
  return invoke_within(std::nullopt, payload, std::move(stop));
}

InvocationOutcome FunctionPool::invoke_soon(const Payload& payload,
                                            std::chrono::milliseconds patience,
                                            std::stop_token stop) {
  return invoke_within(patience, payload, std::move(stop));
}

InvocationOutcome FunctionPool::invoke_within(std::optional<std::chrono::milliseconds> patience,
                                              const Payload& payload, std::stop_token stop) {
  std::shared_ptr<Place> place;
  {
    std::unique_lock lock(mutex_);
    const auto is_free = [&] {
      const auto free = std::find_if(places_.begin(), places_.end(), [](const auto& one) {
        return one->invocations < one->invocations_max;
      });
      if (free != places_.end()) place = *free;
      return place != nullptr;
    };
    const bool found =
        patience ? free_.wait_for(lock, stop, *patience, is_free) : free_.wait(lock, stop, is_free);
    if (!found && !stop.stop_requested()) {
      return {.error_type = "Penstock.Busy",
              .error_message = "the function has been busy with other invocations for " +
                               std::to_string(patience->count() / 1'000) + " s"};
    }
    if (!found) {
      return {.error_type = "Penstock.Abandoned", .error_message = "the program is stopping"};
    }
    ++place->invocations;
  }
  InvocationOutcome outcome = place->environment.invoker().invoke(payload, std::move(stop));
  if (outcome.succeeded()) {
    if (auto garbage = takes_garbled()) outcome.response = *garbage;
  }
  bool is_idle = false;
  {
    const std::lock_guard lock(mutex_);
    is_idle = --place->invocations == 0 && place->retired;
  }
  free_.notify_all();
  if (is_idle) boost::asio::post(io_, [place] { place->idle.set(); });
  return outcome;
}

void FunctionPool::set_faults(const FunctionFaults& faults) {
  {
    const std::lock_guard lock(mutex_);
    faults_ = faults;
  }
  if (faults.stops > 0) return;
  for (const auto& place : places_) let_go_on(*place);
  for (const auto& place : retired_) let_go_on(*place);
}

FunctionFaults FunctionPool::faults() const {
  const std::lock_guard lock(mutex_);
  return faults_;
}

bool FunctionPool::is_stopped() const {
  const auto stopped = [](const auto& place) { return place->stopped; };
  return std::any_of(places_.begin(), places_.end(), stopped) ||
         std::any_of(retired_.begin(), retired_.end(), stopped);
}

void FunctionPool::take_busy(Place& place, bool busy) {
  if (!busy) {
    // One that took too long is killed by the same call that has ended its invocation, and must not
    // go on before that.
    if (place.stopped) {
      boost::asio::post(
          io_, lifetime_.guard([this, kept = place.shared_from_this()] { let_go_on(*kept); }));
    }
    return;
  }
  const std::lock_guard lock(mutex_);
  if (faults_.kills > 0) {
    --faults_.kills;
    place.environment.signal(SIGKILL);
  } else if (faults_.stops > 0) {
    --faults_.stops;
    place.stopped = true;
    place.environment.signal(SIGSTOP);
  }
}

void FunctionPool::let_go_on(Place& place) {
  if (std::exchange(place.stopped, false)) place.environment.signal(SIGCONT);
}

std::optional<std::string> FunctionPool::takes_garbled() {
  const std::lock_guard lock(mutex_);
  if (faults_.garbled == 0) return std::nullopt;
  return faults_.garbled-- % 2 == 0
             ? "<html>no JSON</html>"
             : R"({"batchItemFailures":[{"itemIdentifier":{"partition":"none-0","offset":0}}]})";
}

void FunctionPool::kill() {
  for (const auto& place : places_) place->environment.signal(SIGKILL);
  for (const auto& place : retired_) place->environment.signal(SIGKILL);
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
