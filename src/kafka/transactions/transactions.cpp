#include "kafka/transactions/transactions.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

namespace penstock::kafka::transactions {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr milliseconds kFlushStep{5};

}  // namespace

Transactions::Transactions(boost::asio::io_context& io, Settings settings, log::Log& log)
    : settings_(std::move(settings)),
      log_(log),
      timer_(io.get_executor()),
      writer_(settings_, sets_, log,
              [&io, take = lifetime_.guard([this] { take_ended(); })] {
                auto once = take;  // A post() takes a callback of its own.
                boost::asio::post(io, std::move(once));
              }),
      thread_([this] { writer_.run(); }) {}

Transactions::~Transactions() {
  sets_.stop();
}

void Transactions::submit(std::vector<events::Event> events, Time deadline,
                          events::AtomicWaiter& waiter) {
  auto set = std::make_shared<EventSet>();
  for (const events::Event& event : events) set->bytes += events::bytes_of(event);
  set->events = std::move(events);
  set->deadline = deadline;
  set->waiter = &waiter;
  sets_.add(std::move(set));
  arm_timer();
}

void Transactions::take_ended() {
  for (const EventSetPointer& set : sets_.take_ended()) {
    const size_t events = set->events.size();
    if (set->waiter != nullptr) {
      tell(*set, std::move(set->report));
    } else if (!set->withdrawn) {
      log::Line(log_, log::Level::warning, "the outcome of a transaction came after the deadline")
          .field("event_id", set->events.front().id)
          .field("events", events)
          .field("outcome", events::name(set->report.outcome))
          .field("reason", set->report.reason);
      if (listener_ != nullptr) listener_->came_late(events, set->report.outcome);
    }
    if (listener_ != nullptr) listener_->released(events, set->bytes);
  }
}

void Transactions::tell(EventSet& set, events::AtomicReport report) {
  if (events::AtomicWaiter* const waiter = std::exchange(set.waiter, nullptr)) {
    waiter->done(std::move(report));
  }
}

void Transactions::expire() {
  for (EventSets::Verdict& verdict : sets_.expire(steady_clock::now())) {
    tell(*verdict.set, std::move(verdict.report));
  }
  take_ended();
}

// Without the timer a set might never have an outcome, so the process ends if there is no memory
// for it (docs/adr/0018).
void Transactions::arm_timer() noexcept {
  if (timer_is_armed_) return;
  const auto next = sets_.next_deadline();
  if (!next) return;
  timer_is_armed_ = true;
  timer_.expires_at(*next);
  timer_.async_wait(lifetime_.guard([this](boost::system::error_code error) {
    timer_is_armed_ = false;
    if (error) return;
    expire();
    arm_timer();
  }));
}

void Transactions::flush(milliseconds timeout) {
  const auto end = steady_clock::now() + timeout;
  while (sets_.any_open() && steady_clock::now() < end) {
    std::this_thread::sleep_for(kFlushStep);
    expire();
  }
  sets_.stop();
  if (thread_.joinable()) thread_.join();
  expire();
}

}  // namespace penstock::kafka::transactions
