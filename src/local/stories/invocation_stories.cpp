#include <algorithm>
#include <chrono>

#include "base/printable_text.h"
#include "json/object_writer.h"
#include "local/stories/batch_runs.h"
#include "local/stories/stories.h"

// This file has what stories say of invocations: which records get a story, and what becomes of
// them.
namespace penstock::local {
namespace {

std::string records_text(size_t count) {
  return count == 1 ? "1 record" : std::to_string(count) + " records";
}

std::string invocation_details(const BatchInvocation& invocation, const std::string& batch) {
  std::string details;
  json::ObjectWriter object(details);
  object.member("attempt", invocation.attempt).member("batch", batch);
  object.member("records", invocation.batch.size()).end();
  return details;
}

// A JSON object with two members more at its start.
std::string with_request(const std::string& details, std::string_view request_id,
                         const std::string& process) {
  std::string out;
  json::ObjectWriter object(out);
  object.member("request_id", base::printable(request_id, Story::kNameBytesMax));
  if (!process.empty()) object.member("process", process);
  return out + "," + details.substr(1);
}

int64_t microseconds_of(std::chrono::nanoseconds duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

}  // namespace

std::vector<uint64_t> Stories::stories_of(const EventBatch& batch,
                                          const std::vector<BatchRun>& runs, base::SystemTime now,
                                          std::vector<NewRecord>& chosen) {
  std::vector<uint64_t> numbers;
  for (const BatchRun& run : runs) {
    store_.each_in(*run.topic_partition, run.offsets,
                   [&](uint64_t number) { numbers.push_back(number); });
  }
  const auto story_of = [&](const EventBatch::Entry& entry) {
    return store_.by_record(batch.topic_partition(entry), entry.offset);
  };
  const bool has_unread = std::any_of(numbers.begin(), numbers.end(), [&](uint64_t number) {
    const Story* const story = store_.by_number(number);
    return story != nullptr && story->attempts == 0;
  });
  if (has_unread) {
    for (const EventBatch::Entry& entry : batch.entries()) {
      const Story* const story = story_of(entry);
      if (story != nullptr && story->attempts == 0) chosen.push_back({&entry, true});
    }
  }
  const size_t missing = batch.size() - std::min(batch.size(), numbers.size());
  const size_t wanted = std::min(missing, kBatchStoriesMax);
  if (wanted > 0 && record_tokens_.count(now) >= static_cast<double>(wanted)) {
    record_tokens_.take(static_cast<double>(wanted));
    size_t count = 0;
    for (const EventBatch::Entry& entry : batch.entries()) {
      if (count >= wanted) break;
      if (story_of(entry) != nullptr) continue;
      chosen.push_back({&entry});
      ++count;
    }
    return numbers;
  }
  for (const auto& [number, watcher] : watchers_) {
    if (!watcher.record) continue;
    for (const EventBatch::Entry& entry : batch.entries()) {
      if (entry.offset == watcher.record->offset &&
          batch.topic_partition(entry) == watcher.record->topic_partition &&
          story_of(entry) == nullptr) {
        chosen.push_back({&entry});
      }
    }
  }
  return numbers;
}

Story& Stories::begin_record(const TopicPartition& topic_partition, base::Offset offset,
                             int64_t timestamp_ms, RecordNames names, base::SystemTime now) {
  if (Story* const known = store_.by_record(topic_partition, offset)) {
    store_.set_names(*known, std::move(names));
    return *known;
  }
  Story* story = names.event_id.empty() ? nullptr : store_.by_event(names.event_id);
  if (story != nullptr && story->has_record()) {
    promise_.stored_again();
    story = nullptr;
  }
  if (story == nullptr) story = &store_.begin(false, now);
  store_.set_record(*story, topic_partition, offset);
  store_.set_names(*story, std::move(names));
  StoryStep step{StepKind::stored, now,
                 "Kafka has stored it as " + topic_partition.text(offset) + "."};
  // A producer may write any number.
  constexpr int64_t kYear2200Ms = 7'258'118'400'000;
  if (timestamp_ms > 0 && timestamp_ms < kYear2200Ms) {
    step.at = base::SystemTime(std::chrono::milliseconds(timestamp_ms));
  }
  json::ObjectWriter(step.details)
      .member("topic", topic_partition.topic)
      .member("partition", topic_partition.partition.number)
      .member("offset", offset.value)
      .end();
  story->add(std::move(step));
  return *story;
}

void Stories::begin_records(const EventBatch& batch, std::vector<NewRecord> chosen,
                            base::SystemTime now, std::vector<uint64_t>& numbers) {
  for (NewRecord& record : chosen) {
    const Story& story = begin_record(batch.topic_partition(*record.entry), record.entry->offset,
                                      record.entry->timestamp_ms, std::move(record.names), now);
    if (!record.is_known) numbers.push_back(story.number);
  }
}

void Stories::forget_running(const Poller& poller) {
  const auto found = running_.find(poller);
  if (found == running_.end()) return;
  if (found->second.wants_lines) --waiting_for_lines_;
  running_.erase(found);
}

void Stories::invoking(const BatchInvocation& invocation) {
  const EventBatch& batch = invocation.batch;
  const bool is_redrive = invocation.poller < 0;
  Poller poller{std::string(invocation.mapping), invocation.poller};
  const std::vector<BatchRun> runs = runs_of(batch);
  std::vector<uint64_t> numbers;
  std::vector<NewRecord> chosen;
  base::SystemTime now;
  {
    const std::lock_guard lock(mutex_);
    now = tick();
    forget_running(poller);
    if (!is_redrive) {
      const int64_t second = figures_.second();
      MappingNumbers* const mapping = system_.mapping(invocation.mapping);
      if (mapping != nullptr && invocation.attempt == 1) {
        ++mapping->batches;
        mapping->recent_batches.add(second, 1);
        mapping->recent_records.add(second, static_cast<int64_t>(batch.size()));
      } else if (invocation.attempt > 1) {
        if (mapping != nullptr) ++mapping->retries;
        ++figures_.at(second).retries;
      }
      for (const BatchRun& run : runs) {
        promise_.read(invocation.mapping, *run.topic_partition, run.offsets.first);
      }
    }
    numbers = stories_of(batch, runs, now, chosen);
    if (invocation.attempt == 1) {
      const auto fresh = std::count_if(chosen.begin(), chosen.end(),
                                       [](const NewRecord& record) { return !record.is_known; });
      const size_t kept = numbers.size() + static_cast<size_t>(fresh);
      store_.leave_out(static_cast<int64_t>(batch.size() - std::min(batch.size(), kept)));
    }
  }
  if (numbers.empty() && chosen.empty()) return;

  for (NewRecord& record : chosen) record.names = names_of(*record.entry);
  const std::string text = base::printable(batch.text(), Story::kNameBytesMax);
  const std::string details = invocation_details(invocation, text);
  const std::string read =
      (is_redrive ? "A redrive" : "Poller " + std::to_string(invocation.poller)) +
      " of the mapping " + std::string(invocation.mapping) + " has read it.";
  const std::string invoked =
      "The function is invoked with " + records_text(batch.size()) +
      (invocation.attempt > 1 ? ", which is attempt " + std::to_string(invocation.attempt) + "."
                              : ".");
  Calls calls;
  {
    const std::lock_guard lock(mutex_);
    begin_records(batch, std::move(chosen), now, numbers);
    for (const uint64_t number : numbers) {
      Story* const story = store_.by_number(number);
      if (story == nullptr) continue;
      story->outcome = StoryOutcome::handling;
      if (story->attempts == 0 || is_redrive) story->add({StepKind::read, now, read});
      story->attempts = invocation.attempt;
      story->add({StepKind::invoked, now, invoked, details});
      changed(*story, now, calls);
    }
    Running& running = running_[std::move(poller)];
    running.stories = std::move(numbers);
    running.wants_lines = line_tokens_.count(now) >= 1;
    if (running.wants_lines) ++waiting_for_lines_;
  }
  for (const auto& call : calls) call();
}

void Stories::function_busy(std::string_view process, std::string_view request_id, bool busy) {
  const std::lock_guard lock(mutex_);
  system_.set_busy(process, busy);
  // Which batch it is, the mapping says when the invocation has ended.
  if (busy && waiting_for_lines_ > 0) {
    logs_.begin(request_id, process);
    wants_lines_ = true;
  }
}

void Stories::function_line(std::string_view /*process*/,
                            const std::vector<std::string>& request_ids, std::string_view line) {
  if (!wants_lines_.load(std::memory_order_relaxed)) return;
  // With several invocations at a time, a line that names none belongs to none.
  const std::string_view request_id =
      request_ids.size() == 1 ? std::string_view(request_ids.front()) : request_id_of(line);
  {
    const std::lock_guard lock(mutex_);
    if (!logs_.has(request_id)) return;
    if (line_tokens_.count(settings_.now()) < 1) return logs_.leave_out(request_id);
    line_tokens_.take(1);
  }
  FunctionLine read = read_function_line(line, settings_.now());
  const std::lock_guard lock(mutex_);
  logs_.add(request_id, std::move(read));
}

void Stories::invoked(const BatchInvocation& invocation, const BatchOutcome& outcome) {
  const bool all_done = outcome.reason.empty();
  const bool some_done = all_done || !outcome.named.empty();
  const std::vector<BatchRun> runs =
      some_done ? runs_of(invocation.batch, outcome.named) : std::vector<BatchRun>();
  std::vector<uint64_t> numbers;
  std::optional<FunctionLog> log;
  base::SystemTime now;
  {
    const std::lock_guard lock(mutex_);
    now = tick();
    Figures::Second& second = figures_.at(figures_.second());
    if (!outcome.request_id.empty()) {
      ++system_.invocations;
      ++second.invocations;
      if (!all_done) ++system_.failures;
      figures_.add_invocation(
          std::chrono::duration_cast<std::chrono::microseconds>(outcome.duration));
    }
    MappingNumbers* const mapping = system_.mapping(invocation.mapping);
    for (const BatchRun& run : runs) {
      const int64_t fresh = promise_.handled(invocation.mapping, *run.topic_partition, run.offsets);
      second.handled += fresh;
      if (mapping == nullptr) continue;
      mapping->handled += fresh;
      mapping->recent_handled.add(second.at_s, run.offsets.count());
    }
    const Poller poller{std::string(invocation.mapping), invocation.poller};
    if (const auto running = running_.find(poller); running != running_.end()) {
      numbers = std::move(running->second.stories);
    }
    forget_running(poller);
    log = logs_.take(outcome.request_id);
    wants_lines_ = !logs_.empty();
  }
  if (numbers.empty()) return;

  const LinesByRecord lines(log ? std::move(*log) : FunctionLog());
  Calls calls;
  {
    const std::lock_guard lock(mutex_);
    for (const uint64_t number : numbers) {
      Story* const story = store_.by_number(number);
      if (story == nullptr) continue;
      end_invocation(*story, invocation, outcome, lines, now);
      changed(*story, now, calls);
    }
  }
  for (const auto& call : calls) call();
}

void Stories::end_invocation(Story& story, const BatchInvocation& invocation,
                             const BatchOutcome& outcome, const LinesByRecord& lines,
                             base::SystemTime now) {
  const auto last = std::find_if(story.steps.rbegin(), story.steps.rend(),
                                 [](const auto& step) { return step.kind == StepKind::invoked; });
  if (last != story.steps.rend() && !outcome.request_id.empty() &&
      last->details.starts_with("{\"attempt\"")) {
    last->details = with_request(last->details, outcome.request_id, lines.process());
  }
  const LinesByRecord::Said said = lines.add_to(story, outcome.request_id);
  const TopicPartition topic_partition{story.topic, story.partition};
  const bool done =
      outcome.reason.empty() ||
      (!outcome.named.empty() && !contains(outcome.named, topic_partition, story.offset));
  const std::string duration = milliseconds_text(microseconds_of(outcome.duration));
  const std::string reason =
      base::printable(said.reason.empty() && !done ? outcome.reason : std::string_view(said.reason),
                      Story::kTextBytesMax);

  StoryStep step{done ? StepKind::done : StepKind::failed, now, {}};
  json::ObjectWriter details(step.details);
  details.json("duration_ms", duration);
  if (!outcome.request_id.empty()) {
    details.member("request_id", base::printable(outcome.request_id, Story::kNameBytesMax));
  }
  if (done && said.is_poison) {
    story.outcome = StoryOutcome::poison;
    step.text = "The function has refused it for good: " + reason;
    details.member("reason", reason);
  } else if (done) {
    story.outcome = StoryOutcome::done;
    step.text = "Done. The invocation took " + duration + " ms.";
  } else {
    // Of a redrive, nothing follows.
    story.outcome =
        invocation.poller < 0 && !outcome.pause ? StoryOutcome::given_up : StoryOutcome::retrying;
    step.text = (outcome.request_id.empty() ? "The function was not invoked: "
                                            : "Not done after " + duration + " ms: ") +
                reason;
    details.member("reason", reason);
  }
  details.end();
  story.add(std::move(step));
  if (done || !outcome.pause) return;
  StoryStep waits{StepKind::waits, now,
                  "The next attempt follows in " + std::to_string(outcome.pause->count()) + " ms."};
  json::ObjectWriter(waits.details).member("pause_ms", outcome.pause->count()).end();
  story.add(std::move(waits));
}

}  // namespace penstock::local
