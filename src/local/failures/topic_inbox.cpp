#include "local/failures/topic_inbox.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <utility>
#include <vector>

#include "local/records/group_offsets.h"
#include "local/records/topic_reader.h"

namespace penstock::local {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{30};  // For each call of Kafka.
// Limits what is read ahead.
constexpr TopicReader::Bounds kAhead{.records = 500, .bytes = EventBatch::kEventBytesMax};

class TopicInbox final : public FailureInbox {
 public:
  TopicInbox(TopicReader reader, GroupOffsets offsets, std::string topic, std::string group,
             std::function<void(const std::string&)> say)
      : reader_(std::move(reader)),
        offsets_(std::move(offsets)),
        topic_(std::move(topic)),
        group_(std::move(group)),
        say_(std::move(say)) {
    reader_.on_silence(say_);
  }

  base::Result<std::optional<Item>> next(std::stop_token stop) override {
    if (!found_) {
      if (auto found = find_documents(); !found) return found.error();
    }
    while (records_.empty()) {
      if (parts_.empty() || stop.stop_requested()) return std::optional<Item>();
      Part& part = parts_.front();
      if (part.at >= part.end) {
        parts_.pop_front();
        continue;
      }
      auto range = reader_.read_range(part.topic_partition, part.at, part.end - 1, soon(), kAhead);
      if (!range) return range.error();
      part.at = range->next;
      std::move(range->records.begin(), range->records.end(), std::back_inserter(records_));
    }
    current_ = std::move(records_.front());
    records_.pop_front();
    return std::optional(Item{current_.topic_partition.text(current_.offset),
                              std::move(current_.value).value_or("")});
  }

  base::Result<std::string> acknowledge(std::stop_token) override {
    const auto stored = offsets_.store({{current_.topic_partition, current_.offset + 1}}, soon());
    if (!stored) return stored.error();
    return "group '" + group_ + "' goes on behind it";
  }

  std::string leave() override {
    const bool is_last = records_.empty() && parts_.front().at >= parts_.front().end;
    records_.clear();
    parts_.pop_front();
    return is_last ? "the document stays"
                   : "the document stays, and so do those behind it in " +
                         current_.topic_partition.text();
  }

 private:
  // Says what is still to be read of a partition.
  struct Part {
    TopicPartition topic_partition;
    base::Offset at;
    base::Offset end;
  };

  static steady_clock::time_point soon() { return steady_clock::now() + kPatience; }

  base::Result<> find_documents() {
    const auto partitions = reader_.partitions(topic_, soon());
    if (!partitions) return partitions.error();
    const auto done = offsets_.look_up(*partitions, soon());
    if (!done) return done.error();
    for (const TopicPartition& topic_partition : *partitions) {
      const auto extent = reader_.extent(topic_partition, soon());
      if (!extent) return extent.error();
      const auto known = done->find(topic_partition);
      base::Offset at = known == done->end() ? extent->first : known->second;
      if (at < extent->first) {
        say_(topic_partition.text() + " " + OffsetRange{at, extent->first - 1}.text() +
             " cannot be redriven: retention deleted what was there");
        at = extent->first;
      } else if (at > extent->end) {
        say_(topic_partition.text() + " ends at " + base::to_text(extent->end) +
             ", before group '" + group_ + "' at " + base::to_text(at) +
             ": the topic was made again");
        at = extent->first;
      }
      if (at > extent->first) {
        say_(topic_partition.text() + ": group '" + group_ + "' goes on at " + base::to_text(at));
      }
      parts_.push_back({topic_partition, at, extent->end});
    }
    found_ = true;
    return {};
  }

  TopicReader reader_;
  GroupOffsets offsets_;
  const std::string topic_;
  const std::string group_;
  const std::function<void(const std::string&)> say_;
  bool found_ = false;
  std::deque<Part> parts_;      // The first one is being read.
  std::deque<Record> records_;  // What was read ahead of it.
  Record current_;
};

}  // namespace

base::Result<std::unique_ptr<FailureInbox>> open_topic_inbox(
    const Cluster& cluster, const std::string& topic, const std::string& group,
    std::function<void(const std::string&)> say) {
  auto reader = TopicReader::open(cluster);
  if (!reader) return reader.error();
  auto offsets = GroupOffsets::open(cluster, group);
  if (!offsets) return offsets.error();
  return base::Result<std::unique_ptr<FailureInbox>>(std::make_unique<TopicInbox>(
      std::move(*reader), std::move(*offsets), topic, group, std::move(say)));
}

}  // namespace penstock::local
