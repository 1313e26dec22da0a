#include "local/event_source_mapping.h"

#include <algorithm>
#include <future>
#include <utility>

namespace penstock::local {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kServeStep{100};  // How often the group is served while nothing comes.
constexpr milliseconds kInvokeStep{20};  // And while the function works.
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
                                                                            MappingListener& listener) {
  std::unique_ptr<EventSourceMapping> mapping(
      new EventSourceMapping(std::move(settings), source.bootstrap, invoker, listener));
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

EventSourceMapping::EventSourceMapping(MappingSettings settings, std::string bootstrap, Invoker& invoker,
                                       MappingListener& listener)
    : settings_(std::move(settings)),
      envelope_{.event_source_arn = settings_.event_source_arn, .bootstrap_servers = std::move(bootstrap)},
      invoker_(invoker),
      listener_(listener) {}

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
    if (batch_.empty() && stopping()) break;
    if (!invoke() || !commit()) break;
    batch_.clear();
  }
  source_->leave(steady_clock::now() + kLeavePatience);
  listener_.ended();
}

// Fills the batch until it is full or the window of its first
// record ends. While stopping: takes what is there.
void EventSourceMapping::collect() {
  steady_clock::time_point window_end = steady_clock::time_point::max();
  while (batch_.size() < static_cast<size_t>(settings_.batch_size) && !out_of_patience()) {
    source_->serve();
    const auto now = steady_clock::now();
    if (now >= window_end) return;
    if (!held_) {
      const auto patience = stopping() ? kDrained : kServeStep;
      held_ = source_->next(std::min(patience, duration_cast<milliseconds>(window_end - now)));
    }
    if (!held_) {
      if (stopping()) return;
      continue;
    }
    std::string json = record_json(*held_);
    if (!batch_.empty() && batch_.bytes() + json.size() > settings_.batch_bytes_max) return;
    if (batch_.empty()) window_end = now + settings_.batching_window;
    batch_.add(*held_, std::move(json));
    held_.reset();
  }
}

// Until the batch has succeeded, or has lost all its records; false when it was abandoned.
bool EventSourceMapping::invoke() {
  milliseconds retry_pause = settings_.retry_pause_min;
  while (!batch_.empty()) {
    std::stop_source abandon;
    const auto started = steady_clock::now();
    auto invocation = std::async(std::launch::async, [&, payload = batch_.payload(envelope_)] {
      return invoker_.invoke(payload, abandon.get_token());
    });
    while (invocation.wait_for(kInvokeStep) != std::future_status::ready) {
      source_->serve();
      if (out_of_patience()) abandon.request_stop();
    }
    const Outcome outcome = invocation.get();
    if (outcome.succeeded()) {
      listener_.succeeded(batch_, since(started));
      return true;
    }
    if (abandon.stop_requested()) return false;
    const bool last = stopping();  // Then its records are the next member's.
    listener_.failed(batch_, outcome, last ? std::nullopt : std::optional(retry_pause));
    if (last) return false;
    pause(retry_pause);
    retry_pause = std::min(retry_pause * 2, settings_.retry_pause_max);
  }
  return true;
}

// Until the offsets are stored, or the partitions have gone to
// another member; false when given up at the stop.
bool EventSourceMapping::commit() {
  milliseconds retry_pause = settings_.retry_pause_min;
  while (!batch_.empty()) {
    const auto began = steady_clock::now();
    source_->start_commit(batch_.next_offsets());
    std::optional<RecordSource::CommitOutcome> outcome;
    while (!outcome && !batch_.empty() &&
           since(began) < (stopping() ? kLastCommitPatience : kCommitPatience)) {
      outcome = source_->commit_outcome(kInvokeStep);
      source_->serve();
    }
    if (batch_.empty()) break;
    if (outcome && outcome->stored()) {
      listener_.committed(batch_);
      return true;
    }
    listener_.trouble("the offsets of " + batch_.text() +
                      " are not stored yet: " + (outcome ? outcome->error : "no answer in time"));
    if (stopping()) return false;
    pause(retry_pause);
    retry_pause = std::min(retry_pause * 2, settings_.retry_pause_max);
  }
  return true;
}

void EventSourceMapping::pause(milliseconds time) {
  const auto end = steady_clock::now() + time;
  while (steady_clock::now() < end && !stopping() && !batch_.empty()) {
    source_->serve();
    std::this_thread::sleep_for(kInvokeStep);
  }
}

void EventSourceMapping::revoke(const std::vector<int32_t>& partitions) {
  for (const int32_t partition : partitions) {
    batch_.drop_partition(partition);
    if (held_ && held_->partition == partition) held_.reset();
  }
  listener_.revoked(partitions);
}

}  // namespace penstock::local
