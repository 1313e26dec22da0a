#include "local/console/operations/blocking_calls.h"

namespace penstock::local {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kStep{50};  // The time after which a stop is noticed.

}  // namespace

async::Awaitable<bool> BlockingCalls::enter() {
  if (free_ > 0) {
    --free_;
    co_return true;
  }
  if (waiting_.size() >= kWaitingMax) co_return false;
  const auto turn = std::make_shared<async::Latch>(io_);
  waiting_.push_back(turn);
  const auto deadline = steady_clock::now() + kPatience;
  while (!stop_.stop_requested() && steady_clock::now() < deadline) {
    const bool is_free = co_await turn->wait_for(kStep);
    if (is_free) co_return true;  // leave() has passed its place on.
  }
  if (turn->is_set()) leave();
  waiting_.remove(turn);
  co_return false;
}

void BlockingCalls::leave() {
  if (waiting_.empty()) {
    ++free_;
    return;
  }
  const auto next = waiting_.front();
  waiting_.pop_front();
  next->set();
}

}  // namespace penstock::local
