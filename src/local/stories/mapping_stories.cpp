#include <algorithm>

#include "base/printable_text.h"
#include "json/object_writer.h"
#include "local/stories/batch_runs.h"
#include "local/stories/stories.h"

// This file has what the mappings tell besides their invocations.
namespace penstock::local {

void Stories::given_up(std::string_view mapping, const EventBatch& batch, int64_t attempts,
                       std::string_view condition, std::string_view reason,
                       std::string_view destination) {
  const std::vector<BatchRun> runs = runs_of(batch);
  std::vector<uint64_t> numbers;
  std::vector<NewRecord> chosen;
  base::SystemTime now;
  {
    const std::lock_guard lock(mutex_);
    now = tick();
    Figures::Second& second = figures_.at(figures_.second());
    MappingNumbers* const known = system_.mapping(mapping);
    for (const BatchRun& run : runs) {
      const int64_t fresh = promise_.given_up(mapping, *run.topic_partition, run.offsets);
      second.given_up += fresh;
      if (known != nullptr) known->given_up += fresh;
    }
    numbers = stories_of(batch, runs, now, chosen);
  }
  if (numbers.empty() && chosen.empty()) return;

  for (NewRecord& record : chosen) record.names = names_of(*record.entry);
  StoryStep step{StepKind::given_up, now, {}};
  step.text = "Given up after " + std::to_string(attempts) +
              (attempts == 1 ? " invocation" : " invocations") + " (" + std::string(condition) +
              "). " +
              (destination.empty() ? "There is no failure destination."
                                   : "Its failure document is in " +
                                         base::printable(destination, Story::kTextBytesMax) + ".");
  json::ObjectWriter details(step.details);
  details.member("condition", condition);
  details.member("reason", base::printable(reason, Story::kTextBytesMax));
  details.member("destination", base::printable(destination, Story::kTextBytesMax));
  details.member("attempts", attempts).end();
  Calls calls;
  {
    const std::lock_guard lock(mutex_);
    begin_records(batch, std::move(chosen), now, numbers);
    for (const uint64_t number : numbers) {
      Story* const story = store_.by_number(number);
      if (story == nullptr) continue;
      story->outcome = StoryOutcome::given_up;
      story->add(step);
      changed(*story, now, calls);
    }
  }
  for (const auto& call : calls) call();
}

void Stories::filtered(std::string_view mapping, const Record& record) {
  Calls calls;
  {
    const std::lock_guard lock(mutex_);
    const base::SystemTime now = tick();
    promise_.filtered(mapping, record.topic_partition, record.offset);
    if (MappingNumbers* const known = system_.mapping(mapping)) ++known->filtered;
    Story* story = store_.by_record(record.topic_partition, record.offset);
    if (story == nullptr) {
      if (filtered_tokens_.count(now) < 1) return store_.leave_out(1);
      filtered_tokens_.take(1);
      story = &begin_record(record.topic_partition, record.offset, record.timestamp_ms,
                            names_of(record), now);
    }
    story->outcome = StoryOutcome::filtered;
    story->add({StepKind::filtered, now,
                "The filter of the mapping " + std::string(mapping) + " has left it out."});
    changed(*story, now, calls);
  }
  for (const auto& call : calls) call();
}

void Stories::assigned(std::string_view mapping, int poller,
                       const std::vector<TopicPartition>& partitions) {
  const std::lock_guard lock(mutex_);
  std::vector<TopicPartition>& known = assigned_[{std::string(mapping), poller}];
  const auto is_in = [](const std::vector<TopicPartition>& list, const TopicPartition& wanted) {
    return std::find(list.begin(), list.end(), wanted) != list.end();
  };
  for (const TopicPartition& partition : partitions) {
    if (!is_in(known, partition)) promise_.reassigned(mapping, partition);
  }
  for (const TopicPartition& partition : known) {
    if (!is_in(partitions, partition)) system_.forget_lag(partition);
  }
  known = partitions;
}

void Stories::missed(std::string_view mapping, const TopicPartition& topic_partition,
                     const OffsetRange& offsets) {
  const std::lock_guard lock(mutex_);
  promise_.missed(mapping, topic_partition, offsets);
}

void Stories::offsets(std::string_view mapping, int /*poller*/,
                      const std::vector<PartitionOffsets>& partitions) {
  const std::lock_guard lock(mutex_);
  tick();
  for (const PartitionOffsets& partition : partitions) {
    const TopicPartition& topic_partition = partition.topic_partition;
    if (partition.end >= 0) {
      promise_.ends(topic_partition, {partition.end});
      count_stored(topic_partition.topic);
    }
    if (partition.committed && *partition.committed >= 0) {
      promise_.committed(mapping, topic_partition, {*partition.committed});
    }
    system_.set_offsets(partition);
  }
}

}  // namespace penstock::local
