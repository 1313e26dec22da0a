#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "local/stories/observer.h"

namespace penstock::test {

// RecordingObserver remembers what the parts of the local system tell, from whatever thread.
class RecordingObserver : public local::Observer {
 public:
  // Waits until the condition is true. Returns false if it is not true within the patience.
  template <class Condition>
  bool wait_for(Condition condition, std::chrono::seconds patience = std::chrono::seconds(60)) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, condition);
  }
  // Says whether this line has come. It is for the condition of wait_for().
  [[nodiscard]] bool has(std::string_view line) const {
    return std::find(log_.begin(), log_.end(), line) != log_.end();
  }

  // A test may read these members in the condition of wait_for(), or when all parts have ended.
  std::vector<std::string> log_;  // All but offsets: "events/0 attempt 1: events-0 0..1 done".
  std::map<local::TopicPartition, local::PartitionOffsets> offsets_;  // What is known at last.

  void status(local::Part part, std::string_view name, const local::PartStatus& status) override {
    static constexpr std::string_view kParts[] = {"api", "broker", "mapping", "function"};
    static constexpr std::string_view kStates[] = {"absent", "starting", "running", "down",
                                                   "stopped"};
    add(text(kParts[static_cast<size_t>(part)], name.empty() ? "" : " ", name, " is ",
             kStates[static_cast<size_t>(status.state)], status.reason.empty() ? "" : ": ",
             status.reason));
  }
  void api_line(std::string_view line) override { add(text("api wrote ", line)); }
  void function_line(std::string_view process, const std::vector<std::string>& request_ids,
                     std::string_view line) override {
    std::string ids;
    for (const std::string& id : request_ids) ids += " " + id;
    add(text(process, " wrote for", ids, ": ", line));
  }
  void function_busy(std::string_view process, std::string_view request_id, bool busy) override {
    add(text(process, busy ? " has " : " has no more ", request_id));
  }
  void assigned(std::string_view mapping, int poller,
                const std::vector<local::TopicPartition>& partitions) override {
    std::string list;
    for (const auto& partition : partitions) list += " " + partition.text();
    add(text(mapping, "/", std::to_string(poller), " reads", list.empty() ? " nothing" : list));
  }
  void filtered(std::string_view mapping, const local::Record& record) override {
    add(text(mapping, " leaves out ", record.topic_partition.text(record.offset)));
  }
  void invoking(const local::BatchInvocation& invocation) override { add(text_of(invocation)); }
  void invoked(const local::BatchInvocation& invocation,
               const local::BatchOutcome& outcome) override {
    std::string line = text_of(invocation);
    if (!outcome.request_id.empty()) line += text(" (", outcome.request_id, ")");
    if (outcome.reason.empty()) {
      add(line + " done");
      return;
    }
    line += text(" failed: ", outcome.reason);
    for (const auto& [topic_partition, offsets] : outcome.named) {
      for (const auto offset : offsets) line += ", names " + topic_partition.text(offset);
    }
    line += outcome.pause ? ", again in " + std::to_string(outcome.pause->count()) + " ms"
                          : std::string(", never again");
    add(line);
  }
  void given_up(std::string_view mapping, const local::EventBatch& batch, int64_t attempts,
                std::string_view condition, std::string_view reason,
                std::string_view destination) override {
    add(text(mapping, " gives up ", batch.text(), " after ", std::to_string(attempts), ": ",
             condition, ", ", reason, destination.empty() ? "" : ", to ", destination));
  }
  void missed(std::string_view mapping, const local::TopicPartition& topic_partition,
              const local::OffsetRange& offsets) override {
    add(text(mapping, " missed ", topic_partition.text(), " ", offsets.text()));
  }
  void offsets(std::string_view, int,
               const std::vector<local::PartitionOffsets>& partitions) override {
    change([&] {
      for (const local::PartitionOffsets& partition : partitions) {
        auto& known = offsets_[partition.topic_partition];
        const local::PartitionOffsets before = known;
        known = partition;
        if (partition.begin < 0) known.begin = before.begin;
        if (partition.end < 0) known.end = before.end;
      }
    });
  }
  void trouble(std::string_view mapping, std::string_view sentence) override {
    add(text(mapping, " has trouble: ", sentence));
  }

 private:
  template <class... Parts>
  static std::string text(const Parts&... parts) {
    std::string joined;
    (joined.append(std::string_view(parts)), ...);
    return joined;
  }
  static std::string text_of(const local::BatchInvocation& invocation) {
    return text(invocation.mapping, "/", std::to_string(invocation.poller), " attempt ",
                std::to_string(invocation.attempt), ": ", invocation.batch.text());
  }
  template <class Change>
  void change(Change change) {
    {
      const std::lock_guard lock(mutex_);
      change();
    }
    changed_.notify_all();
  }
  void add(std::string line) {
    change([&] { log_.push_back(std::move(line)); });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace penstock::test
