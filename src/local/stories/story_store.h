#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "local/records/record.h"
#include "local/stories/story.h"

namespace penstock::local {

// Names a record by where it is.
struct RecordPlace {
  TopicPartition topic_partition;
  base::Offset offset;
};
// Reads TOPIC-PARTITION@OFFSET.
[[nodiscard]] std::optional<RecordPlace> record_named(std::string_view name);

// Says which stories a list has. A text that is empty leaves out none.
struct StoryFilter {
  std::string route = {};    // The whole route.
  std::string status = {};   // Such as "404", or "4xx" for a class.
  std::string outcome = {};  // A word of the schema Outcome.
  std::string key = {};      // The whole key, as a story shows it.
  std::string text = {};     // A part of an id, of the trace, the topic, the path or the route.
  std::string before = {};   // The id of a story. Only older ones are listed.
  size_t limit = 100;
};

// Holds stories, finds them, and forgets the oldest ones when there are too many. It is for one
// thread at a time. A reference to a story is valid until the next begin().
class StoryStore {
 public:
  struct Bounds {
    size_t stories = 10'000;
    size_t bytes = 32 << 20;  // Of memory, as Story::memory() counts it.
  };
  // Changes further back are not known; a reader that has missed them learns of what it has missed
  // by a number alone.
  static constexpr size_t kChangesMax = 20'000;

  // The ids of stories begin with `prefix`, so that a link of an earlier process finds none.
  StoryStore(std::string prefix, Bounds bounds) : prefix_(std::move(prefix)), bounds_(bounds) {}

  // Begins a story, for which old ones may have to go.
  Story& begin(bool is_request, base::SystemTime at);
  // Gives the story a record or other names, by which it is found then.
  void set_record(Story& story, const TopicPartition& topic_partition, base::Offset offset);
  void set_names(Story& story, RecordNames names);
  // Must be called after a change of a story, or of several ones.
  void changed(Story& story, base::SystemTime at);
  // Counts requests and records that have no story.
  void leave_out(int64_t count);

  // These return null if there is no such story (any more).
  [[nodiscard]] Story* by_number(uint64_t number);
  [[nodiscard]] Story* by_record(const TopicPartition& topic_partition, base::Offset offset);
  [[nodiscard]] Story* by_event(const std::string& event_id);
  // Returns the story that `name` means, as Stories::find() does.
  [[nodiscard]] const Story* find(std::string_view name) const;
  // Calls `found` with the number of each story that has a record in this range.
  template <class Found>
  void each_in(const TopicPartition& topic_partition, const OffsetRange& offsets, Found found) {
    const auto partition = by_record_.find(topic_partition);
    if (partition == by_record_.end()) return;
    auto at = partition->second.lower_bound(offsets.first);
    for (; at != partition->second.end() && at->first <= offsets.last; ++at) found(at->second);
  }

  [[nodiscard]] std::string list(const StoryFilter& filter) const;
  [[nodiscard]] std::string changes(uint64_t& sequence, size_t limit) const;
  [[nodiscard]] uint64_t sequence() const { return sequence_; }

  [[nodiscard]] size_t size() const { return stories_.size(); }
  [[nodiscard]] size_t bytes() const { return bytes_; }
  [[nodiscard]] int64_t dropped() const { return dropped_; }
  [[nodiscard]] int64_t left_out() const { return left_out_; }

 private:
  // Is a change of one story, or, with the number 0, some requests and records without one. These
  // have a sequence number each.
  struct Change {
    uint64_t first;
    uint64_t last;
    uint64_t number;
  };

  void drop_oldest();
  void log_change(uint64_t number, uint64_t count);

  const std::string prefix_;
  const Bounds bounds_;
  std::deque<Story> stories_;  // Their numbers follow one another.
  uint64_t next_number_ = 1;
  size_t bytes_ = 0;
  int64_t dropped_ = 0;
  int64_t left_out_ = 0;
  std::map<TopicPartition, std::map<base::Offset, uint64_t>> by_record_;
  std::unordered_map<std::string, uint64_t> by_event_;
  std::unordered_map<std::string, uint64_t> by_trace_;
  std::deque<Change> changes_;
  uint64_t sequence_ = 0;
};

}  // namespace penstock::local
