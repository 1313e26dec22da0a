#include "local/mapping/event_source_mapping.h"

#include <algorithm>
#include <future>
#include <utility>

#include "base/caught_text.h"
#include "local/function/batch_response.h"

namespace penstock::local {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// serve() is called after these pauses, while no record arrives and while the function works.
constexpr milliseconds kServeStep{100};
constexpr milliseconds kWorkStep{20};
// At the stop, a topic without a record for this long counts as read to its end.
constexpr milliseconds kDrained{200};
constexpr milliseconds kCommitPatience{10'000};
// At the stop, storing offsets is still worth this wait, so that finished records are not repeated.
constexpr milliseconds kLastCommitPatience{2'000};

milliseconds since(steady_clock::time_point start) {
  return duration_cast<milliseconds>(steady_clock::now() - start);
}

}  // namespace

base::Result<std::unique_ptr<EventSourceMapping>> EventSourceMapping::start(
    RecordSource::Settings source, MappingRules rules, Invoker& invoker,
    FailureDestination* destination, MappingListener& listener) {
  std::unique_ptr<EventSourceMapping> mapping(
      new EventSourceMapping(std::move(rules), invoker, destination, listener));
  auto opened = RecordSource::open(
      std::move(source),
      {.assigned = [self = mapping.get()](const auto& starts) { self->add_partitions(starts); },
       .revoked =
           [self = mapping.get()](const auto& partitions) { self->drop_partitions(partitions); },
       .reached_end = [self = mapping.get()](
                          const auto& topic_partition,
                          base::Offset end) { self->reach_end(topic_partition, end); },
       .deleted = [&listener](const auto& topic_partition,
                              const auto& offsets) { listener.missed(topic_partition, offsets); },
       .trouble =
           [self = mapping.get()](const auto& sentence) {
             ++self->reporter_.counts().polling_errors;
             self->listener_.trouble(sentence, "PollerError");
           }});
  if (!opened) return opened.error();
  mapping->source_ = std::move(*opened);
  mapping->thread_ = std::jthread([self = mapping.get()] { self->run(); });
  return mapping;
}

EventSourceMapping::EventSourceMapping(MappingRules rules, Invoker& invoker,
                                       FailureDestination* destination, MappingListener& listener)
    : rules_(std::move(rules)),
      bytes_max_(EventBatch::bytes_max(rules_.envelope, rules_.event_bytes_max)),
      invoker_(invoker),
      destination_(destination),
      listener_(listener),
      reporter_(rules_.report_pause, steady_clock::now()),
      pause_(rules_.retry_pause_min) {}

EventSourceMapping::~EventSourceMapping() {
  if (!stopping()) stop(milliseconds(0));
}

void EventSourceMapping::stop(milliseconds patience) {
  stop_at_ = (steady_clock::now() + patience).time_since_epoch().count();
}

bool EventSourceMapping::out_of_patience() const {
  return steady_clock::now().time_since_epoch().count() >= stop_at_.load();
}

void EventSourceMapping::run() {
  while (!out_of_patience()) {
    collect_batch();
    if (batch_ends_.empty() && stopping()) break;
    delivery_.emplace(std::exchange(batch_, {}), batch_ends_, rules_.retries);
    // The offsets at which the records begin need not be stored.
    for (const auto& [topic_partition, offset] : delivery_->progress()) {
      if (offset < batch_ends_.at(topic_partition)) committed_[topic_partition] = offset;
    }
    batch_ends_.clear();
    if (!deliver_batch()) break;
    delivery_.reset();
  }
  if (reporter_.is_on()) report();
  source_->leave(steady_clock::now() + kLeavePatience);
  listener_.ended();
}

// Fills the batch until it is full or the window of its first record has ended. At its end, records
// that have already arrived are added, too, so that a window of 0 does not make batches of one
// record. While the mapping stops, only records that have already arrived are added.
void EventSourceMapping::collect_batch() {
  const auto size_max = static_cast<size_t>(rules_.batch_size);
  size_t read_after_window = 0;  // Is bounded, because a filter may pass none of them.
  bool has_window = false;
  steady_clock::time_point window_end = steady_clock::time_point::max();
  while (batch_.size() < size_max && read_after_window < size_max && !out_of_patience()) {
    serve();
    look_at_destination();
    const auto now = steady_clock::now();
    if (reporter_.is_due(now)) report();
    const bool window_is_over = now >= window_end;
    if (window_is_over) ++read_after_window;
    if (!read_ahead_) {
      const auto patience = std::min(stopping() ? kDrained : kServeStep,
                                     duration_cast<milliseconds>(window_end - now));
      read_ahead_ = source_->next(window_is_over ? milliseconds(0) : patience);
      if (read_ahead_) reporter_.polled(*read_ahead_);
    }
    // The window begins with the first record that is read, even if it is filtered out: its offset
    // must be stored, too. So must an end that lies behind markers of transactions.
    if (!has_window && (read_ahead_ || !batch_ends_.empty())) {
      window_end = now + rules_.batching_window;
      has_window = true;
    }
    if (!read_ahead_) {
      if (window_is_over || stopping()) return;
      continue;
    }
    if (!rules_.filter.passes(read_ahead_->value)) {
      ++reporter_.counts().filtered_out;
      batch_ends_[read_ahead_->topic_partition] = read_ahead_->offset + 1;
      read_ahead_.reset();
      continue;
    }
    std::string json = record_json(*read_ahead_);
    if (!batch_.empty() && batch_.bytes_with(read_ahead_->topic_partition, json) > bytes_max_) {
      return;
    }
    batch_ends_[read_ahead_->topic_partition] = read_ahead_->offset + 1;
    batch_.add(std::move(*read_ahead_), std::move(json));
    read_ahead_.reset();
  }
}

// Handles the batch until all its records are finished or were assigned to another member.
bool EventSourceMapping::deliver_batch() {
  pause_ = rules_.retry_pause_min;
  while (!delivery_->empty()) {
    const auto step = delivery_->next_step(std::chrono::system_clock::now(), bytes_max_);
    const bool done = step == Delivery::Step::invoke ? invoke_function() : discard_batch();
    if (!done) return false;
    if (!commit_progress()) return false;
    delivery_->drop_revoked_records();  // They would be invoked or discarded in vain.
  }
  return commit_progress();
}

template <class T>
EventSourceMapping::Completed<T> EventSourceMapping::run_while_serving(
    const std::function<T(std::stop_token)>& work,
    const std::function<T(const std::string& why)>& failed) {
  std::stop_source abandon;
  std::future<T> running;
  try {
    running = std::async(std::launch::async, work, abandon.get_token());
  } catch (...) {  // Mostly EAGAIN: a limit of the system's is reached.
    return {failed("cannot start a thread: " + base::caught_text()), false};
  }
  while (running.wait_for(kWorkStep) != std::future_status::ready) {
    source_->serve();
    if (reporter_.is_due(steady_clock::now())) report();
    if (out_of_patience()) abandon.request_stop();
  }
  try {
    return {running.get(), abandon.stop_requested()};
  } catch (...) {
    return {failed(base::caught_text()), abandon.stop_requested()};
  }
}

bool EventSourceMapping::invoke_function() {
  const EventBatch& batch = delivery_->batch();
  const auto started = steady_clock::now();
  InvocationOutcome outcome;
  if (batch.bytes() > bytes_max_) {
    outcome.error_type = "RequestEntityTooLargeException";
    outcome.error_message =
        "a record of " + std::to_string(batch.bytes()) +
        " bytes does not fit into an event of Lambda. Give the mapping a failure destination";
  } else {
    reporter_.counts().invoked += static_cast<int64_t>(batch.size());
    const std::string payload = batch.payload(rules_.envelope);
    auto invoked = run_while_serving<InvocationOutcome>(
        [&](std::stop_token stop) { return invoker_.invoke(payload, std::move(stop)); },
        [](const std::string& why) {
          return InvocationOutcome{.error_type = "Penstock.InternalError", .error_message = why};
        });
    outcome = std::move(invoked.result);
    if (invoked.was_abandoned && !outcome.succeeded()) return false;
  }
  request_id_ = outcome.request_id;
  const auto verdict = delivery_->judge(outcome);
  if (verdict.has_old_identifier && !warned_of_identifier_) {
    warned_of_identifier_ = true;
    listener_.trouble(
        "the function names failures by \"topic-partition\", as an older copy of AWS's page did. "
        "AWS may not know that, and repeat the whole batch. Write \"partition\"",
        "");
  }
  if (verdict.reason.empty()) {
    if (!rules_.retries.report_batch_item_failures && names_failures(outcome.response)) {
      listener_.trouble(
          "the function reports batchItemFailures, but this mapping ignores them, so the records "
          "that failed are lost. Set FunctionResponseTypes to [\"ReportBatchItemFailures\"]",
          "");
    }
    listener_.succeeded(batch, since(started));
    pause_ = rules_.retry_pause_min;
    delivery_->apply(verdict);
    return true;
  }
  const std::string records = batch.text();
  if (!outcome.succeeded()) ++reporter_.counts().invoke_errors;
  // AWS counts what it has tried to invoke the function with, so also what does not fit.
  reporter_.counts().failed_invokes += static_cast<int64_t>(delivery_->apply(verdict));
  const bool again = !delivery_->empty() && delivery_->condition().empty();
  const bool last = stopping();  // The group's next member gets the records then.
  listener_.failed(records, verdict.reason, last || !again ? std::nullopt : std::optional(pause_));
  if (last) {
    static_cast<void>(commit_progress());
    return false;
  }
  if (again) wait_before_retry();
  return true;
}

bool EventSourceMapping::discard_batch() {
  const EventBatch& batch = delivery_->batch();
  const FailedBatch failed{batch, std::string(delivery_->condition()), delivery_->invocations(),
                           request_id_};
  while (destination_ != nullptr && !delivery_->is_revoked()) {
    const auto sent = run_while_serving<base::Result<std::string>>(
        [&](std::stop_token stop) { return destination_->send(failed, std::move(stop)); },
        [](const std::string& why) {
          return base::Error{.code = base::ErrorCode::internal, .message = why, .retryable = true};
        });
    if (sent.result) {
      if (!sent.result->empty()) listener_.trouble(*sent.result, "");
      break;
    }
    ++reporter_.counts().delivery_errors;
    if (sent.was_abandoned || stopping()) return false;
    listener_.trouble("the failure document of " + batch.text() +
                          " could not be sent yet: " + base::describe(sent.result.error()),
                      "OnFailureDestinationDeliveryError");
    wait_before_retry();
  }
  delivery_->drop_revoked_records();  // Another member of the group decides about them.
  if (!batch.empty()) {
    auto& counts = reporter_.counts();
    (destination_ == nullptr ? counts.dropped : counts.delivered) +=
        static_cast<int64_t>(batch.size());
    listener_.discarded(batch, failed.condition);
  }
  delivery_->mark_discarded();
  pause_ = rules_.retry_pause_min;
  return true;
}

// Stores the offsets of finished records, and tries again until that has succeeded or the
// partitions were assigned to another member.
bool EventSourceMapping::commit_progress() {
  milliseconds retry_pause = rules_.retry_pause_min;
  while (true) {
    Offsets offsets = delivery_->progress();
    std::erase_if(offsets, [&](const auto& offset) {
      const auto known = committed_.find(offset.first);
      return known != committed_.end() && known->second == offset.second;
    });
    if (offsets.empty()) return true;
    const auto began = steady_clock::now();
    source_->start_commit(offsets);
    std::optional<base::Result<>> stored;
    while (!stored && since(began) < (stopping() ? kLastCommitPatience : kCommitPatience)) {
      stored = source_->commit_result(kWorkStep);
      source_->serve();
    }
    if (stored && *stored) {
      for (const auto& [topic_partition, offset] : offsets) committed_[topic_partition] = offset;
      reporter_.committed(offsets);
      listener_.committed(offsets);
      return true;
    }
    if (delivery_->progress().empty()) return true;  // All partitions were revoked.
    ++reporter_.counts().commit_errors;
    listener_.trouble(
        "the group's offsets could not be stored yet: " +
            (stored ? base::describe(stored->error()) : "Kafka has not answered in time"),
        "CommitError");
    if (stopping()) return false;
    const auto end = steady_clock::now() + retry_pause;
    while (steady_clock::now() < end && !stopping()) {
      serve();
      std::this_thread::sleep_for(kWorkStep);
    }
    retry_pause = std::min(retry_pause * 2, rules_.retry_pause_max);
  }
}

// Is called only while nothing is sent to the failure destination.
void EventSourceMapping::serve() {
  source_->serve();
  if (destination_ != nullptr) destination_->serve();
}

// The first assignment shows that Kafka answers. The user learns now that a
// destination is missing, and not when a batch has failed.
void EventSourceMapping::look_at_destination() {
  if (!is_assigned_ || destination_ == nullptr || std::exchange(has_looked_, true)) return;
  const std::string problem = destination_->look();
  if (!problem.empty()) listener_.trouble(problem, "");
}

void EventSourceMapping::wait_before_retry() {
  const auto end = steady_clock::now() + pause_;
  while (steady_clock::now() < end && !stopping() && !delivery_->is_revoked()) {
    serve();
    std::this_thread::sleep_for(kWorkStep);
  }
  pause_ = std::min(pause_ * 2, rules_.retry_pause_max);
}

void EventSourceMapping::report() {
  listener_.report(reporter_.take(steady_clock::now(), source_->ends(),
                                  delivery_ ? delivery_->progress() : Offsets{}));
}

void EventSourceMapping::add_partitions(const Offsets& starts) {
  std::vector<TopicPartition> partitions;
  for (const auto& [topic_partition, start] : starts) {
    committed_[topic_partition] = start;
    partitions.push_back(topic_partition);
  }
  is_assigned_ = true;
  listener_.assigned(partitions);
}

void EventSourceMapping::reach_end(const TopicPartition& topic_partition, base::Offset end) {
  const auto read = batch_ends_.find(topic_partition);
  if (end > (read == batch_ends_.end() ? committed_[topic_partition] : read->second)) {
    batch_ends_[topic_partition] = end;
  }
}

void EventSourceMapping::drop_partitions(const std::vector<TopicPartition>& partitions) {
  for (const TopicPartition& partition : partitions) {
    batch_.drop(partition);
    batch_ends_.erase(partition);
    committed_.erase(partition);
    if (delivery_) delivery_->revoke(partition);
    if (read_ahead_ && read_ahead_->topic_partition == partition) read_ahead_.reset();
  }
  reporter_.revoked(partitions);
  listener_.revoked(partitions);
}

}  // namespace penstock::local
