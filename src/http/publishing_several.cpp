// Publishes several events of one request. This is a cold path, so it has a coroutine of its own.
#include <boost/asio/async_result.hpp>
#include <deque>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include "base/caught_text.h"
#include "http/publication.h"
#include "http/publishing.h"

namespace penstock::http {

namespace asio = boost::asio;
using events::DeliveryOutcome;
using std::chrono::steady_clock;

namespace {

// Resumes one coroutine when each of its events has its report. The publisher calls done() of the
// parts on the same thread, perhaps before the coroutine calls wait().
class GroupWaiter {
 public:
  // Waits for one event.
  class Part final : public events::Waiter {
   public:
    Part(GroupWaiter& group, PublishedEvent& event) : group_(group), event_(event) {
      ++group_.open_;
    }
    void done(events::DeliveryReport&& report) override {
      event_.report = std::move(report);
      is_done_ = true;
      group_.part_is_done();
    }
    [[nodiscard]] bool is_done() const { return is_done_; }

   private:
    GroupWaiter& group_;
    PublishedEvent& event_;
    bool is_done_ = false;
  };

  async::Awaitable<> wait() {
    if (open_ == 0) co_return;
    auto token = async::use_awaitable;
    co_await asio::async_initiate<asio::use_awaitable_t<async::Executor>, void()>(
        [this](Resume&& resume) { resume_.emplace(std::move(resume)); }, token);
  }

 private:
  using Resume = asio::async_result<asio::use_awaitable_t<async::Executor>, void()>::handler_type;

  void part_is_done() {
    if (--open_ > 0 || !resume_) return;
    // Resuming the coroutine destroys this object, so its members are moved out first.
    auto resume = std::move(*resume_);
    std::move(resume)();
  }

  size_t open_ = 0;
  std::optional<Resume> resume_;
};

// Resumes one coroutine with the report of its set.
class SetWaiter final : public events::AtomicWaiter {
 public:
  void done(events::AtomicReport&& report) override {
    report_ = std::move(report);
    if (!resume_) return;
    auto resume = std::move(*resume_);
    std::move(resume)();
  }

  async::Awaitable<> wait() {
    if (report_) co_return;
    auto token = async::use_awaitable;
    co_await asio::async_initiate<asio::use_awaitable_t<async::Executor>, void()>(
        [this](Resume&& resume) { resume_.emplace(std::move(resume)); }, token);
  }

  [[nodiscard]] const events::AtomicReport& report() const { return *report_; }

 private:
  using Resume = asio::async_result<asio::use_awaitable_t<async::Executor>, void()>::handler_type;

  std::optional<events::AtomicReport> report_;
  std::optional<Resume> resume_;
};

// Returns the events for which the reply waits.
std::vector<const events::Event*> awaited_of(const PublishedEvents& events) {
  std::vector<const events::Event*> awaited;
  for (const PublishedEvent& one : events.all) {
    if (one.acknowledged) awaited.push_back(&one.event);
  }
  return awaited;
}

}  // namespace

async::Awaitable<events::DeliveryReport> Publishing::publish_several(PublishedEvents& events) {
  const auto start = steady_clock::now();
  if (const auto obstacle = publisher_.obstacle(awaited_of(events))) {
    for (PublishedEvent& one : events.all) {
      one.report = *obstacle;
      if (one.acknowledged) publisher_.count(one.report.outcome);
    }
    co_return *obstacle;
  }
  if (events.atomic) co_return co_await publish_atomic(events);
  GroupWaiter group;
  std::deque<GroupWaiter::Part> parts;  // Their addresses stay.
  for (PublishedEvent& one : events.all) {
    if (one.acknowledged) parts.emplace_back(group, one);
  }
  auto part = parts.begin();
  for (PublishedEvent& one : events.all) {
    if (!one.acknowledged) continue;
    try {
      publisher_.publish(one.event, *part, start);
    } catch (...) {
      // The others may be on their way already, so this must not end here.
      if (!part->is_done()) {
        part->done({.outcome = DeliveryOutcome::unknown, .reason = base::caught_text()});
      }
    }
    ++part;
  }
  arm_timer();
  try {
    co_await group.wait();
  } catch (...) {
    std::terminate();  // The publisher keeps the parts, and must not find them destroyed.
  }
  if (!parts.empty()) {
    durations_.observe(std::chrono::duration<double>(steady_clock::now() - start).count());
  }
  events::DeliveryReport summary = summary_of(events);
  if (summary.outcome == DeliveryOutcome::stored) send_unacknowledged(events);
  co_return summary;
}

void Publishing::store_sets_in(events::AtomicSink& sink) {
  sets_ = &sink;
  sink.set_listener(*this);
}

async::Awaitable<events::DeliveryReport> Publishing::publish_atomic(PublishedEvents& events) {
  if (sets_ == nullptr) {
    co_return events::DeliveryReport{.outcome = DeliveryOutcome::not_stored,
                                     .reason = "this program has nothing for atomic events"};
  }
  const auto start = steady_clock::now();
  std::vector<events::Event> set;
  size_t bytes = 0;
  for (const PublishedEvent& one : events.all) {
    set.push_back(one.event);
    bytes += events::bytes_of(one.event);
  }
  SetWaiter waiter;
  publisher_.reserve(set.size(), bytes);
  try {
    sets_->submit(std::move(set), start + publisher_.deadline(), waiter);
    co_await waiter.wait();
  } catch (...) {
    std::terminate();  // The sink may keep the waiter, and must not find it destroyed.
  }
  durations_.observe(std::chrono::duration<double>(steady_clock::now() - start).count());
  const events::AtomicReport& report = waiter.report();
  for (size_t i = 0; i < events.all.size(); ++i) {
    events::DeliveryReport& one = events.all[i].report;
    one = {.outcome = report.outcome, .reason = report.reason};
    if (i < report.stored_at.size()) one.stored_at = report.stored_at[i];
    publisher_.count(report.outcome);
  }
  co_return summary_of(events);
}

void Publishing::send_unacknowledged(PublishedEvents& events) {
  for (PublishedEvent& one : events.all) {
    if (one.acknowledged) continue;
    one.report.outcome = DeliveryOutcome::unknown;
    publish_unwatched(one.event);
  }
}

}  // namespace penstock::http
