#include <algorithm>
#include <future>
#include <utility>

#include "base/caught_text.h"
#include "local/function/batch_response.h"
#include "local/mapping/event_source_mapping.h"

// This file has what a mapping does with a batch, once it is collected.
namespace penstock::local {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// serve() is called after each pause while the function works.
constexpr milliseconds kWorkStep{20};
constexpr milliseconds kCommitPatience{10'000};
// At the stop, storing offsets is still worth this wait, so that finished records are not repeated.
constexpr milliseconds kLastCommitPatience{2'000};

milliseconds since(steady_clock::time_point start) {
  return duration_cast<milliseconds>(steady_clock::now() - start);
}

}  // namespace

// Handles the batch until all its records are finished or were assigned to another member.
bool EventSourceMapping::deliver_batch() {
  pause_ = rules_.retry_pause_min;
  while (!delivery_->empty()) {
    const auto step = delivery_->next_step(std::chrono::system_clock::now(), bytes_max_);
    const bool done = step == Delivery::Step::invoke ? invoke_function() : discard_batch();
    if (!done) return false;
    if (!store_progress()) return false;
    // Only what is stored of a whole batch may come later.
    if (!delivery_->empty() && !await_commit()) return false;
    delivery_->drop_revoked_records();  // They would be invoked or discarded in vain.
  }
  return store_progress();
}

template <class T>
EventSourceMapping::Completed<T> EventSourceMapping::run_while_serving(
    const std::function<T(std::stop_token)>& work,
    const std::function<T(const std::string& why)>& failed) {
  std::optional<T> result;
  try {
    work_thread_.start([&](std::stop_token stop) {
      try {
        result = work(std::move(stop));
      } catch (...) {
        result = failed(base::caught_text());
      }
    });
  } catch (...) {  // Mostly EAGAIN: a limit of the system's is reached.
    return {failed("cannot start a thread: " + base::caught_text()), false};
  }
  while (!work_thread_.has_ended()) {
    source_->serve();
    const auto now = steady_clock::now();
    if (reporter_.is_due(now)) report();
    if (now >= look_at_) look_at_offsets(now);
    if (out_of_patience()) work_thread_.request_stop();
    // The end of the work wakes both.
    if (!is_full()) {
      look_at_commit(milliseconds(0));
      if (!work_thread_.has_ended()) collect(kWorkStep);
    } else {
      look_at_commit(kWorkStep);
    }
  }
  return {std::move(*result), work_thread_.stop_requested()};
}

bool EventSourceMapping::invoke_function() {
  const EventBatch& batch = delivery_->batch();
  const int64_t attempt = delivery_->invocations() + 1;
  listener_.invoking(batch, attempt);
  const auto started = steady_clock::now();
  InvocationOutcome outcome;
  if (batch.bytes() > bytes_max_) {
    outcome.error_type = "RequestEntityTooLargeException";
    outcome.error_message =
        "a record of " + std::to_string(batch.bytes()) +
        " bytes does not fit into an event of Lambda. Give the mapping a failure destination";
  } else {
    reporter_.counts().invoked += static_cast<int64_t>(batch.size());
    const Payload payload = batch.shared_payload(rules_.envelope);
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
  say_what_is_wrong_with(outcome, verdict);
  const bool fails = !verdict.reason.empty();
  const bool again = delivery_->comes_again(verdict);
  const bool last = fails && stopping();  // The group's next member gets the records then.
  listener_.invoked(batch, attempt,
                    {.request_id = outcome.request_id,
                     .duration = steady_clock::now() - started,
                     .reason = verdict.reason,
                     .named = verdict.named,
                     .pause = again && !last ? std::optional(pause_) : std::nullopt});
  const size_t failed = delivery_->apply(verdict);
  if (!fails) {
    pause_ = rules_.retry_pause_min;
    return true;
  }
  if (!outcome.succeeded()) ++reporter_.counts().invoke_errors;
  // AWS counts what it has tried to invoke the function with, so also what does not fit.
  reporter_.counts().failed_invokes += static_cast<int64_t>(failed);
  if (last) {
    static_cast<void>(store_progress());
    return false;
  }
  if (again) wait_before_retry();
  return true;
}

void EventSourceMapping::say_what_is_wrong_with(const InvocationOutcome& outcome,
                                                const Delivery::Verdict& verdict) {
  if (verdict.has_old_identifier && !std::exchange(warned_of_identifier_, true)) {
    listener_.trouble(
        "the function names failures by \"topic-partition\", as an older copy of AWS's page did. "
        "AWS may not know that, and repeat the whole batch. Write \"partition\"",
        "");
  }
  if (verdict.reason.empty() && !rules_.retries.report_batch_item_failures &&
      names_failures(outcome.response)) {
    listener_.trouble(
        "the function reports batchItemFailures, but this mapping ignores them, so the records "
        "that failed are lost. Set FunctionResponseTypes to [\"ReportBatchItemFailures\"]",
        "");
  }
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
    listener_.given_up(batch, failed.invocations, failed.condition, delivery_->reason());
  }
  delivery_->mark_discarded();
  pause_ = rules_.retry_pause_min;
  return true;
}

bool EventSourceMapping::store_progress() {
  if (!await_commit()) return false;
  for (const auto& [topic_partition, offset] : delivery_->progress()) {
    // The offset at which a batch begins need not be stored, unless nothing of it is left.
    const auto begin = delivery_begin_.find(topic_partition);
    const bool has_begun = !delivery_->empty() && begin != delivery_begin_.end();
    if (!has_begun || begin->second != offset) finished_[topic_partition] = offset;
  }
  begin_commit();
  return true;
}

Offsets EventSourceMapping::unstored() const {
  Offsets offsets = finished_;
  std::erase_if(offsets, [&](const auto& offset) {
    const auto known = committed_.find(offset.first);
    return known != committed_.end() && known->second == offset.second;
  });
  return offsets;
}

void EventSourceMapping::begin_commit() {
  storing_ = unstored();
  if (storing_.empty()) return;
  commit_began_ = steady_clock::now();
  source_->start_commit(storing_);
}

void EventSourceMapping::look_at_commit(milliseconds patience) {
  if (storing_.empty()) {
    // After a failure, it is tried again. What was revoked is no longer there.
    if (finished_ != committed_ && steady_clock::now() >= commit_again_at_) begin_commit();
  }
  const auto stored = source_->commit_result(patience);
  const auto patience_max = stopping() ? kLastCommitPatience : kCommitPatience;
  if (storing_.empty() || (!stored && since(commit_began_) < patience_max)) return;
  const Offsets offsets = std::exchange(storing_, {});
  if (stored && *stored) {
    for (const auto& [topic_partition, offset] : offsets) {
      if (finished_.contains(topic_partition)) committed_[topic_partition] = offset;
    }
    commit_pause_ = rules_.retry_pause_min;
    reporter_.committed(offsets);
    listener_.committed(offsets);
    return;
  }
  commit_again_at_ = steady_clock::now() + commit_pause_;
  commit_pause_ = std::min(commit_pause_ * 2, rules_.retry_pause_max);
  if (unstored().empty()) return;  // All partitions were revoked.
  ++reporter_.counts().commit_errors;
  listener_.trouble(
      "the group's offsets could not be stored yet: " +
          (stored ? base::describe(stored->error()) : "Kafka has not answered in time"),
      "CommitError");
}

bool EventSourceMapping::await_commit() {
  while (!storing_.empty() || !unstored().empty()) {
    const bool was_storing = !storing_.empty();
    look_at_commit(kWorkStep);
    const bool has_failed = was_storing && storing_.empty() && !unstored().empty();
    if (stopping() && has_failed) return false;
    if (storing_.empty() && unstored().empty()) return true;
    serve_while_waiting();
  }
  return true;
}

void EventSourceMapping::wait_before_retry() {
  const auto end = steady_clock::now() + pause_;
  while (steady_clock::now() < end && !stopping() && !delivery_->is_revoked()) {
    serve_while_waiting();
    std::this_thread::sleep_for(kWorkStep);
  }
  pause_ = std::min(pause_ * 2, rules_.retry_pause_max);
}

}  // namespace penstock::local
