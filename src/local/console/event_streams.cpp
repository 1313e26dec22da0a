#include "local/console/event_streams.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "async/latch.h"

namespace penstock::local {
namespace {

using std::chrono::steady_clock;

// Lets a browser try again so soon after it has lost the stream, in milliseconds.
constexpr std::string_view kRetry = "retry: 1000\n\n";

void append_event(std::string& out, std::string_view name, std::string_view data) {
  out.append("event: ").append(name).append("\ndata: ").append(data).append("\n\n");
}

// Moves `due` on by one period, and leaves out those that have passed.
void step(steady_clock::time_point& due, steady_clock::duration period,
          steady_clock::time_point now) {
  due += period;
  if (due < now) due = now + period;
}

}  // namespace

struct EventStreams::Shared {
  boost::asio::io_context& io;
  const ConsoleFeed feed;
  std::set<Stream*> streams = {};
  bool ended = false;
};

class EventStreams::Stream final : public http::BodyStream {
 public:
  Stream(std::shared_ptr<Shared> shared, bool with_stories)
      : shared_(std::move(shared)), ended_(shared_->io), with_stories_(with_stories) {
    if (with_stories_) sequence_ = shared_->feed.sequence();
    shared_->streams.insert(this);
  }
  ~Stream() override { shared_->streams.erase(this); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  async::Awaitable<std::optional<std::string>> next() override {
    std::string piece;
    if (!std::exchange(begun_, true)) piece = kRetry;
    do {
      const auto due = with_stories_ ? std::min(state_due_, stories_due_) : state_due_;
      const bool ended = co_await ended_.wait_until(due);
      if (ended) co_return std::nullopt;
      append_due(piece, steady_clock::now());
    } while (piece.empty());
    co_return piece;
  }
  void end() override { ended_.set(); }

 private:
  void append_due(std::string& piece, steady_clock::time_point now) {
    if (now >= state_due_) {
      append_event(piece, "state", shared_->feed.state());
      step(state_due_, kStatePeriod, now);
    }
    if (with_stories_ && now >= stories_due_) {
      const std::string list = shared_->feed.changes(sequence_, kStoriesMax);
      if (!list.empty()) append_event(piece, "stories", list);
      step(stories_due_, kStoriesPeriod, now);
    }
  }

  const std::shared_ptr<Shared> shared_;
  async::Latch ended_;
  const bool with_stories_;
  bool begun_ = false;
  uint64_t sequence_ = 0;  // Of the last change that the client has.
  steady_clock::time_point state_due_ = steady_clock::now();
  steady_clock::time_point stories_due_ = state_due_;
};

EventStreams::EventStreams(boost::asio::io_context& io, ConsoleFeed feed)
    : shared_(new Shared{io, std::move(feed)}) {}

EventStreams::~EventStreams() {
  end();
}

std::unique_ptr<http::BodyStream> EventStreams::open(bool with_stories) {
  if (shared_->ended || shared_->streams.size() >= kClientsMax) return nullptr;
  return std::make_unique<Stream>(shared_, with_stories);
}

void EventStreams::end() {
  shared_->ended = true;
  for (Stream* stream : shared_->streams) stream->end();
}

}  // namespace penstock::local
