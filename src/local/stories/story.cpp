#include "local/stories/story.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>

#include "json/object_writer.h"

namespace penstock::local {
namespace {

// These are what a story takes besides its texts and steps (entries in three indexes and in the
// list of changes), and what an allocation costs.
constexpr size_t kStoryBytes = 400;
constexpr size_t kAllocationBytes = 16;

int64_t microseconds_of(base::SystemTime time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

size_t memory_of(const std::string& text) {
  // A short text is within the string.
  return text.capacity() > 15 ? text.capacity() + 1 + kAllocationBytes : 0;
}

void append_members(json::ObjectWriter& object, const Story& story) {
  object.member("id", story.id).member("kind", story.is_request ? "request" : "record");
  object.json("started_at_ms", milliseconds_text(story.started_at));
  object.member("ended", story.ended()).member("outcome", name(story.outcome));
  if (!story.method.empty()) object.member("method", story.method);
  if (!story.path.empty()) object.member("path", story.path);
  if (!story.route.empty()) object.member("route", story.route);
  if (story.status != 0) {
    object.member("status", story.status);
    object.json("duration_ms", milliseconds_text(story.duration_us));
  }
  if (story.ended()) {
    const int64_t total = microseconds_of(story.changed_at) - microseconds_of(story.started_at);
    object.json("total_ms", milliseconds_text(std::max<int64_t>(total, 0)));
  }
  if (!story.names.event_id.empty()) object.member("event_id", story.names.event_id);
  if (!story.names.event_type.empty()) object.member("event_type", story.names.event_type);
  if (!story.names.trace_id.empty()) object.member("trace_id", story.names.trace_id);
  if (story.has_record()) {
    object.member("topic", story.topic)
        .member("partition", story.partition.number)
        .member("offset", story.offset.value);
  }
  if (story.names.key) object.member("key", *story.names.key);
  if (story.attempts > 0) object.member("attempts", story.attempts);
}

}  // namespace

std::string_view name(StoryOutcome outcome) {
  static constexpr std::array<std::string_view, 10> kNames = {
      "answered", "invalid", "failed",   "stored", "handling",
      "retrying", "done",    "filtered", "poison", "given_up"};
  return kNames[static_cast<size_t>(outcome)];
}

bool is_end(StoryOutcome outcome) {
  return outcome != StoryOutcome::stored && outcome != StoryOutcome::handling &&
         outcome != StoryOutcome::retrying;
}

std::string_view name(StepKind kind) {
  static constexpr std::array<std::string_view, 15> kNames = {
      "received", "validated", "violation", "handled", "published", "stored",   "answered", "read",
      "filtered", "invoked",   "log",       "failed",  "waits",     "given_up", "done"};
  return kNames[static_cast<size_t>(kind)];
}

void Story::add(StoryStep step) {
  if (steps.size() >= kStepsMax || (step.kind == StepKind::log && lines >= kLinesMax)) {
    // What ends a story is never left out: there is always one that says less.
    const bool is_last = is_end(outcome) && step.kind != StepKind::log;
    ++left_out;
    if (!is_last) return;
    if (steps.back().kind == StepKind::log) --lines;
    steps.pop_back();
  }
  if (step.kind == StepKind::log) ++lines;
  const auto later = std::upper_bound(
      steps.begin(), steps.end(), step,
      [](const StoryStep& one, const StoryStep& other) { return one.at < other.at; });
  steps.insert(later, std::move(step));
}

size_t Story::memory() const {
  size_t sum = sizeof(Story) + kStoryBytes;
  for (const std::string* text : {&id, &method, &path, &route, &topic}) sum += memory_of(*text);
  // These are in an index, too.
  for (const std::string* text : {&names.event_id, &names.trace_id}) sum += 2 * memory_of(*text);
  sum += memory_of(names.event_type) + (names.key ? memory_of(*names.key) : 0);
  sum += steps.capacity() * sizeof(StoryStep) + kAllocationBytes;
  for (const StoryStep& step : steps) sum += memory_of(step.text) + memory_of(step.details);
  return sum;
}

void append_summary(std::string& out, const Story& story) {
  json::ObjectWriter object(out);
  append_members(object, story);
  object.end();
}

void append_story(std::string& out, const Story& story) {
  json::ObjectWriter object(out);
  append_members(object, story);
  json::ArrayWriter steps(object.key("steps"));
  for (const StoryStep& step : story.steps) {
    json::ObjectWriter one(steps.element());
    one.member("step", name(step.kind)).json("at_ms", milliseconds_text(step.at));
    one.member("text", step.text);
    if (!step.details.empty()) one.json("details", step.details);
    one.end();
  }
  steps.end();
  if (story.left_out > 0) object.member("steps_left_out", story.left_out);
  object.end();
}

std::string milliseconds_text(base::SystemTime time) {
  return milliseconds_text(microseconds_of(time));
}

std::string milliseconds_text(int64_t microseconds) {
  std::string text = microseconds < 0 ? "-" : "";
  base::append_number(text, std::abs(microseconds) / 1000);
  const int64_t rest = std::abs(microseconds) % 1000;
  if (rest == 0) return text;
  const std::string decimals = std::to_string(1000 + rest);
  return text + "." + decimals.substr(1);
}

}  // namespace penstock::local
