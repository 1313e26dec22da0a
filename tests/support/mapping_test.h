#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "local/mapping/event_source_mapping.h"
#include "support/kafka_client.h"
#include "support/scripted_function.h"

namespace penstock::test {

// These are for the tests of EventSourceMapping. Their records are numbered: the value of each is
// its number.
inline constexpr const char* kGroup = "group";
inline constexpr const char* kTopic = "events";

// Returns the rules with short waits, so that tests are quick.
[[nodiscard]] inline local::MappingRules quick() {
  local::MappingRules settings;
  settings.batching_window = std::chrono::milliseconds(200);
  settings.retry_pause_min = std::chrono::milliseconds(20);
  settings.retry_pause_max = std::chrono::milliseconds(200);
  return settings;
}

// Returns the records `first` to `first` + `count` - 1, in turn for each partition.
[[nodiscard]] inline std::vector<NewRecord> numbered(int first, int count, int partitions = 1) {
  std::vector<NewRecord> records;
  for (int i = first; i < first + count; ++i) {
    records.push_back({.value = std::to_string(i), .partition = i % partitions});
  }
  return records;
}

// Returns the offsets of the handled records by partition, each when it came for the first time.
// Records may come again, but these offsets must be in order.
[[nodiscard]] inline std::map<int32_t, std::vector<int64_t>> first_offsets(
    const ScriptedFunction::Batch& all) {
  std::map<int32_t, std::vector<int64_t>> result;
  for (const auto& seen : all) {
    auto& offsets = result[seen.partition];
    if (std::find(offsets.begin(), offsets.end(), seen.offset) == offsets.end()) {
      offsets.push_back(seen.offset);
    }
  }
  return result;
}

[[nodiscard]] inline std::vector<int64_t> from_zero(int64_t count) {
  std::vector<int64_t> result;
  for (int64_t i = 0; i < count; ++i) result.push_back(i);
  return result;
}

// Starts a mapping of the topic, in the group kGroup. `function` must outlive it.
[[nodiscard]] inline std::unique_ptr<local::EventSourceMapping> start_mapping(
    const std::string& bootstrap, ScriptedFunction& function, local::MappingRules settings,
    std::chrono::milliseconds session_timeout, const std::string& topic = kTopic) {
  auto mapping = local::EventSourceMapping::start({.cluster = {.bootstrap = bootstrap},
                                                   .topics = {topic},
                                                   .group_id = kGroup,
                                                   .session_timeout = session_timeout},
                                                  std::move(settings), function, nullptr, function);
  return std::move(mapping.value());
}

// Stops the mapping, waits for its end, and destroys it. An invocation in flight may take
// `patience`.
inline void stop_mapping(std::unique_ptr<local::EventSourceMapping>& mapping,
                         ScriptedFunction& function,
                         std::chrono::milliseconds patience = std::chrono::milliseconds(5000)) {
  mapping->stop(patience);
  EXPECT_TRUE(function.wait([](auto& f) { return f.ended_; }));
  mapping.reset();
}

}  // namespace penstock::test
