#include "local/mapping/event_source_mapping.h"

#include <algorithm>
#include <future>
#include <utility>

#include "local/function/batch_response.h"

namespace penstock::local {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kServeStep{100};  // How often the group is served while nothing comes.
constexpr milliseconds kWorkStep{20};    // And while the function works.
constexpr milliseconds kDrained{200};    // No record for so long at the stop: the topic is read to its end.
constexpr milliseconds kCommitPatience{10'000};
constexpr milliseconds kLastCommitPatience{2'000};  // At the stop: a success should not be forgotten.

milliseconds since(steady_clock::time_point start) {
  return duration_cast<milliseconds>(steady_clock::now() - start);
}

}  // namespace

base::Result<std::unique_ptr<EventSourceMapping>> EventSourceMapping::start(RecordSource::Settings source,
                                                                            MappingSettings settings,
                                                                            Invoker& invoker,
                                                                            FailureDestination* destination,
                                                                            MappingListener& listener) {
  std::unique_ptr<EventSourceMapping> mapping(
      new EventSourceMapping(std::move(settings), invoker, destination, listener));
  auto opened = RecordSource::open(
      std::move(source),
      {.assigned = [&listener](const auto& partitions) { listener.assigned(partitions); },
       .revoked = [self = mapping.get()](const auto& partitions) { self->revoke(partitions); },
       .trouble = [&listener](const auto& sentence) { listener.trouble(sentence); }});
  if (!opened) return opened.error();
  mapping->source_ = std::move(*opened);
  mapping->thread_ = std::jthread([self = mapping.get()] { self->run(); });
  return mapping;
}

EventSourceMapping::EventSourceMapping(MappingSettings settings, Invoker& invoker,
                                       FailureDestination* destination, MappingListener& listener)
    : settings_(std::move(settings)),
      invoker_(invoker),
      destination_(destination),
      listener_(listener),
      pause_(settings_.retry_pause_min) {}

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
    collect();
    if (ends_.empty() && stopping()) break;
    delivery_.emplace(std::exchange(batch_, {}), ends_, settings_.retries);
    // Where the records begin is no progress.
    for (const auto& [place, offset] : delivery_->progress()) {
      if (offset < ends_.at(place)) committed_[place] = offset;
    }
    ends_.clear();
    if (!deliver()) break;
    delivery_.reset();
  }
  source_->leave(steady_clock::now() + kLeavePatience);
  listener_.ended();
}

// Fills the batch until it is full or the window of its first record has ended; what is there already is
// taken then, too, so that a window of 0 does not make batches of one. While stopping: takes what is there.
void EventSourceMapping::collect() {
  const auto size_max = static_cast<size_t>(settings_.batch_size);
  size_t late = 0;  // Bounded, for a filter may let none of them pass.
  steady_clock::time_point window_end = steady_clock::time_point::max();
  while (batch_.size() < size_max && late < size_max && !out_of_patience()) {
    source_->serve();
    const auto now = steady_clock::now();
    const bool over = now >= window_end;
    if (over) ++late;
    if (!held_) {
      const auto patience =
          std::min(stopping() ? kDrained : kServeStep, duration_cast<milliseconds>(window_end - now));
      held_ = source_->next(over ? milliseconds(0) : patience);
    }
    if (!held_) {
      if (over || stopping()) return;
      continue;
    }
    // The window begins with the first record that is read: what is filtered out is to be stored, too.
    if (ends_.empty()) window_end = now + settings_.batching_window;
    if (!settings_.filter.passes(held_->value)) {
      ends_[held_->place] = held_->offset + 1;
      held_.reset();
      continue;
    }
    std::string json = record_json(*held_);
    if (!batch_.empty() && batch_.bytes_with(json) > settings_.batch_bytes_max) return;
    ends_[held_->place] = held_->offset + 1;
    batch_.add(std::move(*held_), std::move(json));
    held_.reset();
  }
}

// Until everything is finished, or has gone to another member; false when it was abandoned.
bool EventSourceMapping::deliver() {
  pause_ = settings_.retry_pause_min;
  while (!delivery_->empty()) {
    const auto step = delivery_->next(std::chrono::system_clock::now(), settings_.batch_bytes_max);
    const bool done = step == Delivery::Step::invoke ? invoke() : discard();
    if (!done) return false;
    if (!commit()) return false;
  }
  return commit();
}

template <class T>
bool EventSourceMapping::while_serving(const std::function<T(std::stop_token)>& work, T& result) {
  std::stop_source abandon;
  auto running = std::async(std::launch::async, work, abandon.get_token());
  while (running.wait_for(kWorkStep) != std::future_status::ready) {
    source_->serve();
    if (out_of_patience()) abandon.request_stop();
  }
  result = running.get();
  return !abandon.stop_requested();
}

bool EventSourceMapping::invoke() {
  const EventBatch& batch = delivery_->batch();
  const auto started = steady_clock::now();
  Outcome outcome;
  if (batch.bytes() > settings_.batch_bytes_max) {
    outcome.error_type = "RequestEntityTooLargeException";
    outcome.error_message = "a record of " + std::to_string(batch.bytes()) +
                            " bytes is larger than Lambda's payload; give the mapping a failure destination";
  } else {
    const std::string payload = batch.payload(settings_.envelope);
    const bool in_time = while_serving<Outcome>(
        [&](std::stop_token stop) { return invoker_.invoke(payload, std::move(stop)); }, outcome);
    if (!in_time && !outcome.succeeded()) return false;
  }
  request_id_ = outcome.request_id;
  const auto verdict = delivery_->judge(outcome);
  if (verdict.why.empty()) {
    if (!settings_.retries.report_batch_item_failures && names_failures(outcome.response)) {
      listener_.trouble(
          "the function answers batchItemFailures, and this mapping does not ask for them: what failed is "
          "lost. Set "
          "FunctionResponseTypes to [\"ReportBatchItemFailures\"]");
    }
    listener_.succeeded(batch, since(started));
    pause_ = settings_.retry_pause_min;
    delivery_->finish(verdict);
    return true;
  }
  const std::string records = batch.text();
  delivery_->finish(verdict);
  const bool again = !delivery_->empty() && delivery_->condition().empty();
  const bool last = stopping();  // Then its records are the next member's.
  listener_.failed(records, verdict.why, last || !again ? std::nullopt : std::optional(pause_));
  if (last) {
    static_cast<void>(commit());
    return false;
  }
  if (again) pause();
  return true;
}

bool EventSourceMapping::discard() {
  const EventBatch& batch = delivery_->batch();
  const FailedBatch failed{batch, std::string(delivery_->condition()), delivery_->invocations(), request_id_};
  while (destination_ != nullptr && !delivery_->lost()) {
    base::Result<> told;
    const bool in_time = while_serving<base::Result<>>(
        [&](std::stop_token stop) { return destination_->tell(failed, std::move(stop)); }, told);
    if (told) break;
    if (!in_time || stopping()) return false;
    listener_.trouble("the failure destination has not taken " + batch.text() +
                      " yet: " + base::describe(told.error()));
    pause();
  }
  if (!delivery_->lost()) listener_.discarded(batch, failed.condition);
  delivery_->give_up();
  pause_ = settings_.retry_pause_min;
  return true;
}

// Until what is finished is stored, or has gone to another member; false when given up at the stop.
bool EventSourceMapping::commit() {
  milliseconds retry_pause = settings_.retry_pause_min;
  while (true) {
    Offsets offsets = delivery_->progress();
    std::erase_if(offsets, [&](const auto& offset) {
      const auto known = committed_.find(offset.first);
      return known != committed_.end() && known->second == offset.second;
    });
    if (offsets.empty()) return true;
    const auto began = steady_clock::now();
    source_->start_commit(offsets);
    std::optional<RecordSource::CommitOutcome> outcome;
    while (!outcome && since(began) < (stopping() ? kLastCommitPatience : kCommitPatience)) {
      outcome = source_->commit_outcome(kWorkStep);
      source_->serve();
    }
    if (outcome && outcome->stored()) {
      for (const auto& [place, offset] : offsets) committed_[place] = offset;
      listener_.committed(offsets);
      return true;
    }
    if (delivery_->progress().empty()) return true;  // All of it is another member's now.
    listener_.trouble("the group's offsets are not stored yet: " +
                      (outcome ? outcome->error : "no answer in time"));
    if (stopping()) return false;
    const auto end = steady_clock::now() + retry_pause;
    while (steady_clock::now() < end && !stopping()) {
      source_->serve();
      std::this_thread::sleep_for(kWorkStep);
    }
    retry_pause = std::min(retry_pause * 2, settings_.retry_pause_max);
  }
}

void EventSourceMapping::pause() {
  const auto end = steady_clock::now() + pause_;
  while (steady_clock::now() < end && !stopping() && !delivery_->lost()) {
    source_->serve();
    std::this_thread::sleep_for(kWorkStep);
  }
  pause_ = std::min(pause_ * 2, settings_.retry_pause_max);
}

void EventSourceMapping::revoke(const std::vector<TopicPartition>& partitions) {
  for (const TopicPartition& partition : partitions) {
    batch_.drop(partition);
    ends_.erase(partition);
    committed_.erase(partition);
    if (delivery_) delivery_->drop(partition);
    if (held_ && held_->place == partition) held_.reset();
  }
  listener_.revoked(partitions);
}

}  // namespace penstock::local
