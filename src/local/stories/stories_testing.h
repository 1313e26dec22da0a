#pragma once

#include <gtest/gtest.h>

#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "json/parse.h"
#include "local/stories/stories.h"

// This file has what the tests of Stories share.
namespace penstock::local {

inline const TopicPartition kEvents{"events", {0}};

inline Record record(int64_t offset, const std::string& event_id = "") {
  Record made{.topic_partition = kEvents, .offset = {offset}, .timestamp_ms = 1'800'000'000'000};
  made.key = "key-" + std::to_string(offset);
  made.value = "{}";
  if (!event_id.empty()) made.headers = {{"ce_id", event_id}, {"ce_type", "order.created"}};
  return made;
}

inline EventBatch batch_of(int64_t first, int64_t last) {
  EventBatch batch;
  for (int64_t offset = first; offset <= last; ++offset) {
    const Record one = record(offset, "event-" + std::to_string(offset));
    batch.add(one, record_json(one));
  }
  return batch;
}

inline std::string story_line(int64_t offset, int status = 200) {
  const std::string number = std::to_string(offset);
  return R"({"time":"2027-01-15T08:00:00.000000Z","level":"INFO","message":"story",)"
         R"("method":"POST","route":"/orders","path":"/orders","status":)" +
         std::to_string(status) +
         R"(,"duration_us":4200,"validated_us":100,"handled_us":300,)"
         R"("stored_us":4000,"event_id":"event-)" +
         number + R"(","event_type":"order.created","topic":"events","partition":0,"offset":)" +
         number + R"(,"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"})";
}

// Is a system whose clock stands still unless it is moved.
class StoriesTest : public testing::Test {
 protected:
  void SetUp() override { stories.assigned("events", 0, {kEvents}); }

  [[nodiscard]] boost::json::value story(const std::string& name) {
    const auto found = stories.find(name);
    return found ? json::parse(found->json).value() : boost::json::value();
  }
  [[nodiscard]] std::string outcome(const std::string& name) {
    const auto found = story(name);
    return found.is_null() ? "" : std::string(found.at("outcome").as_string());
  }
  // Returns the kinds of the story's steps, with spaces between them.
  [[nodiscard]] std::string steps(const std::string& name) {
    std::string text;
    const auto found = story(name);
    for (const auto& step : found.at("steps").as_array()) {
      text += (text.empty() ? "" : " ") + std::string(step.at("step").as_string());
    }
    return text;
  }
  [[nodiscard]] std::vector<std::string> log_of(const std::string& name) {
    std::vector<std::string> lines;
    const auto found = story(name);
    for (const auto& step : found.at("steps").as_array()) {
      if (step.at("step") == "log") lines.emplace_back(step.at("text").as_string());
    }
    return lines;
  }
  [[nodiscard]] boost::json::value state() { return json::parse(stories.state()).value(); }
  [[nodiscard]] int64_t promise(const char* name) {
    return state().at("promise").at(name).to_number<int64_t>();
  }
  // Invokes the function, which writes these lines, and ends so.
  void invoke(const EventBatch& batch, const std::string& reason = "", const RecordSet& named = {},
              const std::vector<std::string>& lines = {}, int64_t attempt = 1) {
    const std::string request_id = "request-" + std::to_string(++requests);
    stories.invoking({"events", 0, batch, attempt});
    stories.function_busy("function", request_id, true);
    for (const std::string& line : lines) stories.function_line("function", {request_id}, line);
    stories.function_busy("function", request_id, false);
    stories.invoked(
        {"events", 0, batch, attempt},
        {request_id, std::chrono::milliseconds(3), reason, named,
         reason.empty() ? std::nullopt : std::optional(std::chrono::milliseconds(1000))});
  }

  // The requests of story_line() were received 10 ms before.
  base::SystemTime now{std::chrono::milliseconds(1'800'000'000'010)};
  Stories stories{{.now = [this] { return now; }}};
  int requests = 0;
};

}  // namespace penstock::local
