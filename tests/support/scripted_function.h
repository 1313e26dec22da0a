#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "lambda/base64.h"
#include "local/event_source_mapping.h"

namespace penstock::test {

// What a test sees of a record that came to the function.
struct Seen {
  int32_t partition;
  int64_t offset;
  std::string value;

  bool operator==(const Seen&) const = default;
};

// A function that does what the test says and remembers what it was given, and the listener of its mapping.
class ScriptedFunction final : public local::Invoker, public local::MappingListener {
 public:
  using Batch = std::vector<Seen>;
  // Called without the lock; `number` counts the invocations from 0.
  using Script = std::function<local::Outcome(int number, const Batch& batch, std::stop_token stop)>;

  static local::Outcome success() { return {}; }
  static local::Outcome failure() { return {.error_type = "Error", .error_message = "scripted"}; }

  explicit ScriptedFunction(Script script = [](int, const Batch&, std::stop_token) { return success(); })
      : script_(std::move(script)) {}

  local::Outcome invoke(const std::string& payload, std::stop_token stop) override {
    Batch batch = decode(payload);
    int number = 0;
    {
      const std::lock_guard lock(mutex_);
      number = static_cast<int>(batches_.size());
      batches_.push_back(batch);
    }
    changed_.notify_all();
    return script_(number, batch, std::move(stop));
  }

  // False if it has not come true after the patience.
  template <class Condition>
  bool wait(Condition condition, std::chrono::seconds patience = std::chrono::seconds(60)) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return condition(*this); });
  }

  // Inside of wait(), or when the mapping has ended.
  std::vector<Batch> batches_;
  std::map<int32_t, int64_t> committed_;  // Where each partition goes on, of whatever topic.
  std::vector<std::vector<local::TopicPartition>> assignments_;
  std::vector<std::string> troubles_;
  std::vector<std::string> log_;  // "invoke events-0 0..3", "commit events-0@4", "discard …", in their order.
  int failures_ = 0;
  bool ended_ = false;

  [[nodiscard]] Batch all() const {
    Batch records;
    for (const Batch& batch : batches_) records.insert(records.end(), batch.begin(), batch.end());
    return records;
  }

 private:
  static Batch decode(const std::string& payload) {
    Batch batch;
    const auto event = boost::json::parse(payload);
    for (const auto& [name, list] : event.at("records").as_object()) {
      for (const auto& record : list.as_array()) {
        const auto& text = record.at("value").as_string();
        std::string value(lambda::base64_bytes_max(text.size()), '\0');
        value.resize(lambda::decode_base64(text, value.data()).value());
        batch.push_back(
            {static_cast<int32_t>(record.at("partition").as_int64()), record.at("offset").as_int64(), value});
      }
    }
    return batch;
  }

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
  void revoked(const std::vector<local::TopicPartition>&) override {}
  void succeeded(const local::EventBatch& batch, std::chrono::milliseconds) override {
    change([&] { log_.push_back("done " + batch.text()); });
  }
  void failed(const std::string& records, const std::string& why,
              std::optional<std::chrono::milliseconds>) override {
    change([&] {
      ++failures_;
      log_.push_back("failed " + records + ": " + why);
    });
  }
  void discarded(const local::EventBatch& batch, std::string_view condition) override {
    change([&] { log_.push_back("discarded " + batch.text() + ": " + std::string(condition)); });
  }
  void committed(const local::Offsets& offsets) override {
    change([&] {
      std::string line = "commit";
      for (const auto& [place, offset] : offsets) {
        committed_[place.partition] = offset;
        line += " " + place.text() + "@" + std::to_string(offset);
      }
      log_.push_back(std::move(line));
    });
  }
  void trouble(const std::string& sentence) override {
    change([&] { troubles_.push_back(sentence); });
  }
  void ended() override {
    change([&] { ended_ = true; });
  }

  const Script script_;
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace penstock::test
