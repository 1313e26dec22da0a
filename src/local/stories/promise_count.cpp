#include "local/stories/promise_count.h"

#include <algorithm>

namespace penstock::local {

PromiseCount::Partition* PromiseCount::find(const TopicPartition& topic_partition) {
  if (last_ != nullptr && last_->first == topic_partition) return &last_->second;
  auto found = partitions_.find(topic_partition);
  if (found == partitions_.end()) {
    if (partitions_.size() >= kPartitionsMax) return nullptr;
    found = partitions_.emplace(topic_partition, Partition()).first;
  }
  last_ = &*found;
  return &found->second;
}

PromiseCount::Progress* PromiseCount::find(std::string_view mapping,
                                           const TopicPartition& topic_partition) {
  Partition* const partition = find(topic_partition);
  if (partition == nullptr) return nullptr;
  for (Progress& progress : partition->mappings) {
    if (progress.mapping == mapping) return &progress;
  }
  Progress& progress = partition->mappings.emplace_back();
  progress.mapping = mapping;
  progress.waiting = std::move(partition->unread);
  partition->unread = {};
  return &progress;
}

template <class Change>
int64_t PromiseCount::change(OffsetSet& set, Change change) {
  const size_t before = set.ranges().size();
  const int64_t result = change(set);
  ranges_ = ranges_ - before + set.ranges().size();
  return result;
}

template <class Change>
int64_t PromiseCount::change_waiting(OffsetSet& set, Change change) {
  const int64_t before = set.size();
  const int64_t result = this->change(set, change);
  totals_.waiting += set.size() - before;
  return result;
}

void PromiseCount::wait(OffsetSet& waiting, base::Offset offset) {
  change_waiting(waiting, [&](OffsetSet& set) {
    const int64_t added = set.add({offset, offset});
    if (ranges_ > kRangesMax) set.remove_lower_half();
    return added;
  });
}

void PromiseCount::acknowledged(const TopicPartition& topic_partition, base::Offset offset) {
  ++totals_.acknowledged;
  Partition* const partition = find(topic_partition);
  if (partition == nullptr) return;
  // It was stored since the start, whatever the first look at the partition's end has shown.
  totals_.stored_before -= seen(*partition, {offset, offset});
  if (partition->mappings.empty()) return wait(partition->unread, offset);
  for (Progress& progress : partition->mappings) {
    // The request's line may come when the function is long done with the record.
    if (progress.finished.contains(offset)) continue;
    if (offset < progress.passed) {
      ++totals_.lost;
    } else {
      wait(progress.waiting, offset);
    }
  }
}

int64_t PromiseCount::seen(Partition& partition, const OffsetRange& offsets) {
  if (!partition.has_end) {
    partition.has_end = true;
    partition.stored_from = partition.end = offsets.first;
  }
  const int64_t before = std::max<int64_t>(0, partition.stored_from - offsets.first);
  const int64_t after = std::max<int64_t>(0, offsets.last + 1 - partition.end);
  partition.stored_from = std::min(partition.stored_from, offsets.first);
  partition.end = std::max(partition.end, offsets.last + 1);
  totals_.stored += before + after;
  totals_.stored_before += before;
  return before;
}

void PromiseCount::reassigned(std::string_view mapping, const TopicPartition& topic_partition) {
  Progress* const progress = find(mapping, topic_partition);
  if (progress == nullptr) return;
  progress->begun = false;
  progress->first_filtered.reset();
}

void PromiseCount::begin(Progress& progress, base::Offset offset) {
  if (progress.begun) return;
  progress.begun = true;
  if (progress.first_filtered) offset = std::min(offset, *progress.first_filtered);
  if (offset <= progress.passed) return;
  finish(progress, {progress.passed, offset - 1});
  progress.passed = offset;
}

void PromiseCount::finish(Progress& progress, const OffsetRange& offsets) {
  change(progress.finished, [&](OffsetSet& set) {
    const int64_t added = set.add(offsets);
    if (ranges_ > kRangesMax) set.close_lower_gaps();
    return added;
  });
  change_waiting(progress.waiting, [&](OffsetSet& set) { return set.remove(offsets); });
}

void PromiseCount::read(std::string_view mapping, const TopicPartition& topic_partition,
                        base::Offset offset) {
  if (Progress* const progress = find(mapping, topic_partition)) begin(*progress, offset);
}

int64_t PromiseCount::handled(std::string_view mapping, const TopicPartition& topic_partition,
                              const OffsetRange& offsets) {
  Progress* const progress = find(mapping, topic_partition);
  if (progress == nullptr) return 0;
  seen(*find(topic_partition), offsets);
  const int64_t added = change(progress->handled, [&](OffsetSet& set) {
    const int64_t fresh = set.add(offsets);
    if (ranges_ > kRangesMax) set.close_lower_gaps();
    return fresh;
  });
  totals_.handled += added;
  totals_.doubled += offsets.count() - added;
  if (progress->given_up.size() > 0) {
    totals_.given_up -=
        change(progress->given_up, [&](OffsetSet& set) { return set.remove(offsets); });
  }
  finish(*progress, offsets);
  return added;
}

int64_t PromiseCount::given_up(std::string_view mapping, const TopicPartition& topic_partition,
                               const OffsetRange& offsets) {
  Progress* const progress = find(mapping, topic_partition);
  if (progress == nullptr) return 0;
  int64_t added = 0;
  change(progress->given_up, [&](OffsetSet& set) {
    const int64_t before = set.size();
    set.add(offsets);
    set.remove(progress->handled);
    added = set.size() - before;
    if (ranges_ > kRangesMax) set.remove_lower_half();
    return added;
  });
  totals_.given_up += added;
  finish(*progress, offsets);
  return added;
}

void PromiseCount::filtered(std::string_view mapping, const TopicPartition& topic_partition,
                            base::Offset offset) {
  Progress* const progress = find(mapping, topic_partition);
  if (progress == nullptr) return;
  // It need not be the first one that was read: those that pass come later.
  if (!progress->begun && !progress->first_filtered) progress->first_filtered = offset;
  finish(*progress, {offset, offset});
}

void PromiseCount::missed(std::string_view mapping, const TopicPartition& topic_partition,
                          const OffsetRange& offsets) {
  Progress* const progress = find(mapping, topic_partition);
  if (progress == nullptr) return;
  begin(*progress, offsets.first);
  totals_.lost +=
      change_waiting(progress->waiting, [&](OffsetSet& set) { return set.remove(offsets); });
  progress->passed = std::max(progress->passed, offsets.last + 1);
}

void PromiseCount::committed(std::string_view mapping, const TopicPartition& topic_partition,
                             base::Offset offset) {
  Progress* const progress = find(mapping, topic_partition);
  if (progress == nullptr) return;
  begin(*progress, offset);
  if (offset <= progress->passed) return;
  // What is finished does not wait.
  totals_.lost += change_waiting(progress->waiting, [&](OffsetSet& set) {
    return set.remove({progress->passed, offset - 1});
  });
  progress->passed = offset;
}

void PromiseCount::ends(const TopicPartition& topic_partition, base::Offset end) {
  Partition* const partition = find(topic_partition);
  if (partition == nullptr) return;
  if (!partition->has_end) {
    partition->has_end = true;
    partition->stored_from = partition->end = end;
  }
  if (end <= partition->end) return;
  totals_.stored += end - partition->end;
  partition->end = end;
}

}  // namespace penstock::local
