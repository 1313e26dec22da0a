#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "lambda/base64.h"
#include "local/function/invoker.h"
#include "support/recording_listener.h"

namespace penstock::test {

// Seen is what a test compares of a record that the function got.
struct Seen {
  int32_t partition;
  int64_t offset;
  std::string value;

  bool operator==(const Seen&) const = default;
};

// ScriptedFunction invokes a function of the test instead of a process. It remembers the batches,
// and what the mapping reports to its listener.
class ScriptedFunction final : public local::Invoker, public RecordingListener {
 public:
  using Batch = std::vector<Seen>;
  // The script is called without the lock. `number` counts the invocations from 0.
  using Script =
      std::function<local::InvocationOutcome(int number, const Batch& batch, std::stop_token stop)>;

  static local::InvocationOutcome success() { return {}; }
  static local::InvocationOutcome failure() {
    return {.error_type = "Error", .error_message = "scripted"};
  }

  explicit ScriptedFunction(Script script = [](int, const Batch&,
                                               std::stop_token) { return success(); })
      : script_(std::move(script)) {}

  local::InvocationOutcome invoke(const local::Payload& payload, std::stop_token stop) override {
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

  // Waits until the condition is true. Returns false if it is not true within the patience.
  template <class Condition>
  bool wait(Condition condition, std::chrono::seconds patience = std::chrono::seconds(60)) {
    return wait_for([&] { return condition(*this); }, patience);
  }

  // A test may read the batches in the condition of wait(), or after the mapping has ended.
  std::vector<Batch> batches_;

  [[nodiscard]] Batch all() const {
    Batch records;
    for (const Batch& batch : batches_) records.insert(records.end(), batch.begin(), batch.end());
    return records;
  }

 private:
  static Batch decode(const local::Payload& payload) {
    Batch batch;
    const auto event = boost::json::parse(payload.bytes());
    for (const auto& [name, list] : event.at("records").as_object()) {
      for (const auto& record : list.as_array()) {
        const auto& text = record.at("value").as_string();
        std::string value(lambda::base64_bytes_max(text.size()), '\0');
        value.resize(lambda::decode_base64(text, value.data()).value());
        batch.push_back({static_cast<int32_t>(record.at("partition").as_int64()),
                         record.at("offset").as_int64(), value});
      }
    }
    return batch;
  }

  const Script script_;
};

}  // namespace penstock::test
