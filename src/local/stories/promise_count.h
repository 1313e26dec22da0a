#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "local/records/record.h"
#include "local/stories/offset_set.h"

namespace penstock::local {

// Counts whether the promise is kept: nothing that was acknowledged is lost. It knows each record
// by its offset, whether it has a story or not, and needs no more than ranges of offsets.
//
// A record is lost if its producer's request was acknowledged, and a mapping has stored an offset
// behind it for its group although it has neither handled it, nor left it out by its filter, nor
// given it up; or if retention has deleted it before. What no mapping of this process has read is
// not judged: what was there before it began, and what the group has passed while a partition was
// with another member. With several mappings of a topic, each counts for itself.
//
// It follows at most kPartitionsMax partitions, and keeps about kRangesMax ranges. Beyond that, the
// oldest gaps between the records of a partition count as finished, and the oldest records that
// wait are no longer followed: they are acknowledged, but neither waiting nor lost.
class PromiseCount {
 public:
  static constexpr size_t kPartitionsMax = 10'000;
  static constexpr size_t kRangesMax = 100'000;

  // Counts records. `given_up` is without those that were handled afterwards, and `doubled` has how
  // often a record was handled again.
  struct Totals {
    int64_t acknowledged = 0;
    // These come from all producers since the start, and from before it if a mapping has read
    // them since.
    int64_t stored = 0;
    int64_t stored_before = 0;  // Those of `stored` that were there at the first look.
    int64_t handled = 0;
    int64_t given_up = 0;
    int64_t waiting = 0;
    int64_t lost = 0;
    int64_t doubled = 0;
  };

  // Kafka has stored this record, and its request was answered with success.
  void acknowledged(const TopicPartition& topic_partition, base::Offset offset);
  // A request was answered with success, but nobody knows where its record is.
  void acknowledged_somewhere() { ++totals_.acknowledged; }

  // The partition is read now by another poller, of this process or another one, or again.
  void reassigned(std::string_view mapping, const TopicPartition& topic_partition);
  // The mapping has read this record, and begins with it if the partition was reassigned.
  void read(std::string_view mapping, const TopicPartition& topic_partition, base::Offset offset);
  // These return how many of the records are counted for the first time.
  int64_t handled(std::string_view mapping, const TopicPartition& topic_partition,
                  const OffsetRange& offsets);
  int64_t given_up(std::string_view mapping, const TopicPartition& topic_partition,
                   const OffsetRange& offsets);
  void filtered(std::string_view mapping, const TopicPartition& topic_partition,
                base::Offset offset);
  void missed(std::string_view mapping, const TopicPartition& topic_partition,
              const OffsetRange& offsets);
  // The group goes on at this offset.
  void committed(std::string_view mapping, const TopicPartition& topic_partition,
                 base::Offset offset);
  // Sets the partition's end. At the first look, all records before it are old.
  void ends(const TopicPartition& topic_partition, base::Offset end);
  // An event that is stored already is stored again.
  void stored_again() { ++totals_.doubled; }

  [[nodiscard]] const Totals& totals() const { return totals_; }
  // Returns how many ranges are kept.
  [[nodiscard]] size_t ranges() const { return ranges_; }

 private:
  // Has what a mapping has done with a partition.
  struct Progress {
    std::string mapping;
    bool begun = false;  // Whether it has read a record since it was assigned.
    std::optional<base::Offset> first_filtered = {};  // Before it has begun.
    base::Offset passed = {};                         // What is before it was judged.
    OffsetSet waiting = {};                           // Was acknowledged, and is not finished.
    OffsetSet handled = {};
    OffsetSet given_up = {};  // And not handled.
    OffsetSet finished = {};  // Is handled, given up or filtered, or not judged.
  };
  struct Partition {
    bool has_end = false;
    base::Offset stored_from = {};
    base::Offset end = {};
    OffsetSet unread = {};  // Was acknowledged before a mapping was there.
    std::vector<Progress> mappings = {};
  };

  // There are records at these offsets. Returns how many of them were there at the first look.
  int64_t seen(Partition& partition, const OffsetRange& offsets);
  // Returns the partition, or null if there are too many.
  Partition* find(const TopicPartition& topic_partition);
  Progress* find(std::string_view mapping, const TopicPartition& topic_partition);
  // Begins to judge at this offset, if the mapping has just been assigned the partition.
  void begin(Progress& progress, base::Offset offset);
  void finish(Progress& progress, const OffsetRange& offsets);
  void wait(OffsetSet& waiting, base::Offset offset);
  // Calls `change` for the set, and counts its ranges. Returns what `change` returns.
  template <class Change>
  int64_t change(OffsetSet& set, Change change);
  template <class Change>
  int64_t change_waiting(OffsetSet& set, Change change);

  std::map<TopicPartition, Partition> partitions_;
  // What was found last, since a filter leaves out one record after the other.
  std::pair<const TopicPartition, Partition>* last_ = nullptr;
  Totals totals_;
  size_t ranges_ = 0;
};

}  // namespace penstock::local
