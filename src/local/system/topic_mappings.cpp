#include "local/system/topic_mappings.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace penstock::local {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

// After this time the terminal shows what the program waits for.
constexpr seconds kStillWaiting{10};
// A mapping must have its first partitions within this time.
constexpr seconds kPartitionsPatience{60};
// A mapping that ends may take this time to hand over the records that are left.
constexpr seconds kDrainPatience{5};
constexpr std::chrono::milliseconds kAskAgain{50};

base::Error unavailable(std::string message) {
  return {.code = base::ErrorCode::unavailable, .message = std::move(message)};
}

}  // namespace

TopicMappings::TopicMappings(boost::asio::io_context& io, Terminal& terminal,
                             FunctionPool::Settings function)
    : io_(io),
      terminal_(terminal),
      observer_(function.observer),
      function_(io, terminal, std::move(function)) {}

async::Awaitable<base::Result<>> TopicMappings::set(const std::vector<LocalMappingSettings>& all,
                                                    const std::string& bootstrap,
                                                    async::Latch& stop) {
  co_await end_others(all);
  std::vector<std::string> fresh;
  if (auto started = start_new(all, bootstrap, fresh); !started) co_return started;
  for (const std::string& topic : fresh) {
    const auto assigned = co_await wait_for_partitions(*mappings_.at(topic), topic, stop);
    if (!assigned || stop.is_set()) co_return assigned;
  }
  if (fresh.empty()) co_return base::Result<>{};
  const auto asked = co_await wait_for_function(stop);
  co_return asked;
}

async::Awaitable<> TopicMappings::end_others(const std::vector<LocalMappingSettings>& all) {
  for (auto each = mappings_.begin(); each != mappings_.end();) {
    const bool stays = std::any_of(all.begin(), all.end(), [&](const auto& settings) {
      return settings.source.topics.front() == each->first;
    });
    if (stays) {
      ++each;
      continue;
    }
    each->second->ask_to_stop(kDrainPatience);
    co_await each->second->ended();
    each = mappings_.erase(each);
  }
}

base::Result<> TopicMappings::start_new(const std::vector<LocalMappingSettings>& all,
                                        const std::string& bootstrap,
                                        std::vector<std::string>& fresh) {
  for (LocalMappingSettings settings : all) {
    const std::string topic = settings.source.topics.front();
    if (mappings_.contains(topic)) continue;
    if (!std::exchange(started_, true)) {
      if (auto started = function_.start(); !started) return started;
    }
    settings.source.cluster.bootstrap = bootstrap;
    settings.observer = observer_;
    auto& mapping = mappings_[topic];
    mapping = std::make_unique<LocalMapping>(io_, terminal_, &function_, std::move(settings));
    if (auto started = mapping->start(); !started) return started;
    fresh.push_back(topic);
  }
  return {};
}

async::Awaitable<base::Result<>> TopicMappings::wait_for_partitions(LocalMapping& mapping,
                                                                    const std::string& topic,
                                                                    async::Latch& stop) {
  const auto deadline = steady_clock::now() + kPartitionsPatience;
  while (!mapping.ready().is_set() && !stop.is_set()) {
    co_await mapping.ready().wait_for(kAskAgain);
    if (auto early = function_.ended_early(); !early.empty()) co_return unavailable(early);
    if (steady_clock::now() > deadline) {
      co_return unavailable("the event source mapping was assigned no partitions of topic '" +
                            topic + "' within a minute");
    }
  }
  co_return base::Result<>{};
}

// The system is not ready before the function has shown that it runs.
async::Awaitable<base::Result<>> TopicMappings::wait_for_function(async::Latch& stop) {
  const auto began = steady_clock::now();
  bool shown = false;
  while (!function_.runs()) {
    if (auto early = function_.ended_early(); !early.empty()) co_return unavailable(early);
    const auto waited = steady_clock::now() - began;
    if (waited > FunctionPool::kAskPatience) {
      co_return unavailable("the function has not asked for an invocation within a minute");
    }
    if (waited > kStillWaiting && !std::exchange(shown, true)) {
      terminal_.warn("penstock", "still waiting for the function to ask for its first invocation");
    }
    const bool stopped = co_await stop.wait_for(kAskAgain);
    if (stopped) break;
  }
  co_return base::Result<>{};
}

async::Awaitable<base::Result<>> TopicMappings::replace_function(async::Latch& stop) {
  base::Result<> replaced;
  if (started_) replaced = co_await function_.replace(stop);
  co_return replaced;
}

async::Awaitable<> TopicMappings::stop() {
  for (const auto& [topic, mapping] : mappings_) mapping->ask_to_stop(kDrainPatience);
  for (const auto& [topic, mapping] : mappings_) co_await mapping->ended();
  co_await function_.stop();
}

}  // namespace penstock::local
