#include "local/console/operations/story_operations.h"

#include <boost/asio/post.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "async/latch.h"
#include "local/console/console.h"

namespace penstock::local {
namespace {

using std::chrono::steady_clock;

// A client that waits, or that has waited and is gone, has a connection. The page needs some, too.
static_assert(2 * Stories::kWatchersMax <= Console::kConnectionsMax);

http::Answer json_text(std::string text) {
  return {200, contract::BodyKind::json, std::move(text)};
}

int64_t whole_number(const http::Request& request, std::string_view name) {
  return request.parameter(contract::In::query, name).to_number<int64_t>();
}

http::Answer list_stories(const Stories& stories, const http::Request& request) {
  return json_text(stories.list({.route = request.query("route"),
                                 .status = request.query("status"),
                                 .outcome = request.query("outcome"),
                                 .key = request.query("key"),
                                 .text = request.query("text"),
                                 .before = request.query("before"),
                                 .limit = static_cast<size_t>(whole_number(request, "limit"))}));
}

// Watches for a story as long as it lives. The latch is set, on the thread of `io`, when the story
// has begun or changed, and at a stop.
class StoryWatch {
 public:
  StoryWatch(boost::asio::io_context& io, Stories& stories, const std::string& name,
             const std::stop_token& stop)
      : stories_(stories),
        latch_(std::make_shared<async::Latch>(io)),
        number_(stories.watch(name, setter(io))),
        on_stop_(stop, setter(io)) {}
  ~StoryWatch() {
    if (number_) stories_.unwatch(*number_);
  }
  StoryWatch(const StoryWatch&) = delete;
  StoryWatch& operator=(const StoryWatch&) = delete;

  [[nodiscard]] bool watches() const { return number_.has_value(); }
  [[nodiscard]] async::Latch& latch() { return *latch_; }

 private:
  // Those who tell are on any thread, and may do so when the watch is over.
  [[nodiscard]] std::function<void()> setter(boost::asio::io_context& io) const {
    return [&io, latch = latch_] { boost::asio::post(io, [latch] { latch->set(); }); };
  }

  Stories& stories_;
  const std::shared_ptr<async::Latch> latch_;
  const std::optional<uint64_t> number_;
  std::stop_callback<std::function<void()>> on_stop_;
};

async::Awaitable<http::Answer> get_story(boost::asio::io_context& io, Stories& stories,
                                         std::stop_token stop, const http::Request& request) {
  const std::string name = request.path("id");
  const auto deadline =
      steady_clock::now() + std::chrono::seconds(whole_number(request, "wait_seconds"));
  const bool waits = steady_clock::now() < deadline;
  std::optional<StoryWatch> watch;
  if (waits) {
    watch.emplace(io, stories, name, stop);
    if (!watch->watches()) {
      co_return refusal(503, "too many requests wait for stories; try again later");
    }
  }
  while (true) {
    if (watch) watch->latch().reset();
    auto found = stories.find(name);
    const bool is_last = !waits || stop.stop_requested() || steady_clock::now() >= deadline;
    if (found && (found->ended || is_last)) co_return json_text(std::move(found->json));
    if (is_last) break;
    co_await watch->latch().wait_until(deadline);
  }
  co_return refusal(404,
                    "there is no story of this name: it has not begun, or it was left out under "
                    "load, or it is so old that it had to go");
}

}  // namespace

ConsoleOperations story_operations(boost::asio::io_context& io, Stories& stories,
                                   std::stop_token stop) {
  ConsoleOperations operations;
  operations["get_state"] = [&stories](const http::Request&) -> async::Awaitable<http::Answer> {
    co_return json_text(stories.state());
  };
  operations["get_history"] = [&stories](const http::Request&) -> async::Awaitable<http::Answer> {
    co_return json_text(stories.history());
  };
  operations["list_stories"] =
      [&stories](const http::Request& request) -> async::Awaitable<http::Answer> {
    co_return list_stories(stories, request);
  };
  operations["get_story"] = [&io, &stories, stop](const http::Request& request) {
    return get_story(io, stories, stop, request);
  };
  return operations;
}

}  // namespace penstock::local
