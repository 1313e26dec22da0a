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
    const auto now = steady_clock::now();
    if (reporter_.is_due(now)) report();
    if (now >= look_at_) look_at_offsets(now);
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
    static_cast<void>(commit_progress());
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
      serve_while_waiting();
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
      serve_while_waiting();
      std::this_thread::sleep_for(kWorkStep);
    }
    retry_pause = std::min(retry_pause * 2, rules_.retry_pause_max);
  }
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
