#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "local/mapping/event_source_mapping.h"

namespace penstock::test {

// RecordingListener remembers what a mapping reports, from whatever thread.
class RecordingListener : public local::MappingListener {
 public:
  // Waits until the condition is true. Returns false if it is not true within the patience.
  template <class Condition>
  bool wait_for(Condition condition, std::chrono::seconds patience = std::chrono::seconds(60)) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, condition);
  }

  // A test may read these members in the condition of wait_for(), or after the mapping has ended.
  std::map<int32_t, int64_t> committed_;  // The offset of each partition, of whatever topic.
  std::vector<std::vector<local::TopicPartition>> assignments_;
  int revocations_ = 0;
  std::vector<std::string> troubles_;
  std::vector<std::string> log_;  // "done events-0 0..3", "commit events-0@4", …
  int failures_ = 0;
  std::vector<local::MappingReport> reports_;
  bool ended_ = false;
  // Is called for each record that is filtered out, on the mapping's thread.
  std::function<void()> on_filtered_ = [] {};

 protected:
  template <class Change>
  void change(Change change) {
    {
      const std::lock_guard lock(mutex_);
      change();
    }
    changed_.notify_all();
  }
  void assigned(const std::vector<local::TopicPartition>& partitions) override {
    change([&] { assignments_.push_back(partitions); });
  }
  void revoked(const std::vector<local::TopicPartition>&) override {
    change([&] { ++revocations_; });
  }
  void missed(const local::TopicPartition& topic_partition,
              const local::OffsetRange& offsets) override {
    change([&] { log_.push_back("missed " + topic_partition.text() + " " + offsets.text()); });
  }
  void filtered(const local::Record&) override { on_filtered_(); }
  void invoked(const local::EventBatch& batch, int64_t,
               const local::BatchOutcome& outcome) override {
    change([&] {
      if (outcome.reason.empty()) {
        log_.push_back("done " + batch.text());
        return;
      }
      ++failures_;
      log_.push_back("failed " + batch.text() + ": " + std::string(outcome.reason));
    });
  }
  void given_up(const local::EventBatch& batch, int64_t, std::string_view condition,
                std::string_view) override {
    change([&] { log_.push_back("given up " + batch.text() + ": " + std::string(condition)); });
  }
  void committed(const local::Offsets& offsets) override {
    change([&] {
      std::string line = "commit";
      for (const auto& [topic_partition, offset] : offsets) {
        committed_[topic_partition.partition.number] = offset.value;
        line += " " + topic_partition.text(offset);
      }
      log_.push_back(std::move(line));
    });
  }
  void report(const local::MappingReport& report) override {
    change([&] { reports_.push_back(report); });
  }
  void trouble(const std::string& sentence, std::string_view) override {
    change([&] { troubles_.push_back(sentence); });
  }
  void ended() override {
    change([&] { ended_ = true; });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace penstock::test
