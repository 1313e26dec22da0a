#include "kafka/instances.h"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "base/caught_text.h"

namespace penstock::kafka {
namespace {

using log::Level;
using log::Line;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kBackoffMin{100};
constexpr milliseconds kBackoffMax{10'000};
// An instance that has lived this long resets the backoff.
constexpr std::chrono::seconds kHealthyAfter{30};
constexpr int kFlushStepMs = 50;

// Does what Instance::make() does, but does not throw, because a thread may not end so.
base::Result<std::unique_ptr<Instance>> make_instance(const Settings& settings, Batching batching) {
  try {
    return Instance::make(settings, batching);
  } catch (...) {
    return base::Error{base::ErrorCode::internal, base::caught_text()};
  }
}

void purge(rd_kafka_t* client) {
  rd_kafka_purge(
      client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
}

}  // namespace

Instances::Instances(boost::asio::io_context& io, const Settings& settings, Listener& listener,
                     log::Log& log, Batching batching)
    : io_(io),
      settings_(settings),
      listener_(listener),
      log_(log),
      batching_(batching),
      start_timer_(io.get_executor()),
      start_backoff_(kBackoffMin) {}

Instances::~Instances() {
  if (current_) retired_.push_back(std::move(current_));
  for (const auto& watched : retired_) {
    watched->descriptor.release();
    watched->reports.reset();
    watched->instance.reset();  // A callback of the watch that is queued already then does nothing.
  }
}

base::Result<> Instances::start() {
  auto instance = Instance::make(settings_, batching_);
  if (!instance) return instance.error();
  take_over(std::move(*instance));
  return {};
}

void Instances::take_over(std::unique_ptr<Instance> instance) {
  const int fd = instance->event_fd();
  retire();
  current_ = std::make_shared<Watched>(Watched{
      .instance = std::move(instance),
      .descriptor =
          boost::asio::posix::basic_stream_descriptor<async::Executor>(io_.get_executor(), fd)});
  started_at_ = steady_clock::now();
  listener_.instance_started(*current_->instance);
  watch(current_);
}

void Instances::watch(const std::shared_ptr<Watched>& watched) {
  watched->descriptor.async_wait(boost::asio::posix::descriptor_base::wait_read,
                                 [this, watched](boost::system::error_code error) {
                                   if (error || !watched->instance) return;
                                   uint64_t signals = 0;
                                   (void)!::read(watched->instance->event_fd(), &signals,
                                                 sizeof signals);
                                   take_turn(watched);
                                 });
}

// Waits for the descriptor only when the queue is empty, because the descriptor is signalled again
// only after that. After a broker's hiccup thousands of reports come at once; what else is ready
// then has its turn in between.
void Instances::take_turn(const std::shared_ptr<Watched>& watched) {
  if (take_some(*watched)) return watch(watched);
  boost::asio::post(io_, [this, watched] {
    if (watched->instance) take_turn(watched);
  });
}

bool Instances::take_some(Watched& watched, int wait_ms) {
  for (size_t taken = 0; taken < kTakenAtOnce; ++taken) {
    if (!watched.reports) {
      Event event(rd_kafka_queue_poll(watched.instance->queue(), taken == 0 ? wait_ms : 0));
      if (!event) return true;
      if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_DR) {
        listener_.take_event(*watched.instance, watched.is_retired, event.get());
        continue;
      }
      watched.reports = std::move(event);
    }
    if (const auto* message = rd_kafka_event_message_next(watched.reports.get())) {
      listener_.take_report(*watched.instance, *message);
    } else {
      watched.reports.reset();
    }
  }
  return false;
}

// A fatal error ends an idempotent producer for good (librdkafka, INTRODUCTION.md, "Fatal errors").
void Instances::replace(const std::string& reason) {
  ++replacements_;
  Line(log_, Level::error, "the Kafka producer had a fatal error and is being replaced")
      .field("reason", reason);
  purge(current_->instance->client());
  retire();
  if (steady_clock::now() - started_at_ > kHealthyAfter) start_backoff_ = kBackoffMin;
  start_later();
}

void Instances::retire() {
  if (!current_) return;
  current_->is_retired = true;
  retired_.push_back(std::move(current_));
  current_ = nullptr;
}

void Instances::rotate() {
  retire();
  start_again();
}

// A purge leaves a gap in the numbers by which the brokers know a repetition. librdkafka then takes
// new numbers, and what one of its threads has not purged yet could be sent with them, and so be
// stored twice. A producer with a fatal error sends nothing any more.
void Instances::purge_retired() {
  for (const auto& watched : retired_) {
    rd_kafka_t* const client = watched->instance->client();
    if (rd_kafka_outq_len(client) == 0) continue;
    rd_kafka_test_fatal_error(client, RD_KAFKA_RESP_ERR__PURGE_QUEUE, "its records are taken back");
    purge(client);
  }
}

void Instances::purge_unsent() {
  if (current_) purge(current_->instance->client());
}

void Instances::start_in_background() {
  if (!current_ && !is_making_) start_again();
}

bool Instances::renew(Batching batching) {
  batching_ = batching;
  starting_.join_ended();
  if (!current_ || is_making_ || old_instances() >= kOldMax) return false;
  return make_on_thread();
}

void Instances::start_later() {
  start_timer_.expires_after(start_backoff_);
  start_backoff_ = std::min(start_backoff_ * 2, kBackoffMax);
  start_timer_.async_wait(lifetime_.guard([this](boost::system::error_code error) {
    if (!error) start_again();
  }));
}

// An old instance may take long to end, or hang. Then the new one waits: what piled up instead
// would end the program some day.
void Instances::start_again() {
  if (current_ || is_making_) return;  // Another has been made meanwhile, or soon will be.
  end_retired();
  if (old_instances() >= kOldMax) {
    Line(log_, Level::error,
         "the new Kafka producer waits, because too many old ones have not ended yet")
        .field("old", old_instances())
        .field("next_attempt_ms", start_backoff_.count());
    return start_later();
  }
  starting_.join_ended();
  if (!make_on_thread()) {
    could_not_make({base::ErrorCode::internal, "there is no thread for it"});
  }
}

bool Instances::make_on_thread() {
  auto take = lifetime_.guard([this] { take_made(); });
  is_making_ = starting_.run(
      [this, take, batching = batching_, busy = boost::asio::make_work_guard(io_)]() mutable {
        made_ = make_instance(settings_, batching);
        boost::asio::post(io_, std::move(take));
      });
  return is_making_;
}

void Instances::take_made() {
  is_making_ = false;
  auto made = std::move(*made_);
  made_.reset();
  if (!made) return could_not_make(made.error());
  take_over(std::move(*made));
}

void Instances::could_not_make(const base::Error& why) {
  Line(log_, Level::error, "cannot start a Kafka producer")
      .field("reason", base::describe(why))
      .field("next_attempt_ms", start_backoff_.count());
  if (!current_) start_later();
}

void Instances::end_retired() {
  ending_.join_ended();
  for (auto it = retired_.begin(); it != retired_.end();) {
    const std::shared_ptr<Watched> watched = *it;
    if (!take_some(*watched) || rd_kafka_outq_len(watched->instance->client()) > 0) {
      ++it;
      continue;
    }
    watched->descriptor.release();  // Ends the watch. The instance closes the descriptor.
    const auto ending = std::make_shared<std::unique_ptr<Instance>>(std::move(watched->instance));
    if (!ending_.run([ending] { ending->reset(); })) {
      watched->instance = std::move(*ending);  // The next call tries again.
      return;
    }
    it = retired_.erase(it);
  }
}

bool Instances::owes_reports() const {
  const auto owes = [](const auto& watched) {
    return watched && (watched->reports || rd_kafka_outq_len(watched->instance->client()) > 0);
  };
  return owes(current_) || std::any_of(retired_.begin(), retired_.end(), owes);
}

void Instances::flush(milliseconds timeout) {
  const auto deadline = steady_clock::now() + timeout;
  while (owes_reports() && steady_clock::now() < deadline) {
    // A fatal error can take the current instance away even now, and then purges its records.
    const auto watched = current_ ? current_ : retired_.front();
    take_some(*watched, kFlushStepMs);
    for (const auto& retired : retired_) take_some(*retired);
  }
}

}  // namespace penstock::kafka
