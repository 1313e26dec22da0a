#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time_text.h"
#include "local/records/event_batch.h"
#include "local/records/record.h"

namespace penstock::local {

// The words are those of the schema Outcome in console.openapi.yaml, which explains them.
enum class StoryOutcome {
  answered,
  invalid,
  failed,
  stored,
  handling,
  retrying,
  done,
  filtered,
  poison,
  given_up
};
[[nodiscard]] std::string_view name(StoryOutcome outcome);
// Says whether nothing follows, as far as one can know.
[[nodiscard]] bool is_end(StoryOutcome outcome);

// The words are those of the schema Story.
enum class StepKind {
  received,
  validated,
  violation,
  handled,
  published,
  stored,
  answered,
  read,
  filtered,
  invoked,
  log,
  failed,
  waits,
  given_up,
  done
};
[[nodiscard]] std::string_view name(StepKind kind);

// Is one thing that has happened to a request or a record.
struct StoryStep {
  StepKind kind;
  base::SystemTime at;
  std::string text;          // A sentence, or the line of a log.
  std::string details = {};  // A JSON object, or empty.
};

// Has what identifies a record, without its value: a story keeps no more of it.
struct RecordNames {
  std::optional<std::string> key = {};  // The first bytes of it, as printable text.
  std::string event_id = {};
  std::string event_type = {};
  std::string trace_id = {};
};
[[nodiscard]] RecordNames names_of(const Record& record);
// Does the same with the record of a batch, of whose JSON it reads the headers alone.
[[nodiscard]] RecordNames names_of(const EventBatch::Entry& entry);
// Returns the trace's id in a value of the header traceparent, or an empty text.
[[nodiscard]] std::string trace_id_of(std::string_view traceparent);

// Says what became of one request, and of the record that it has stored, or of a record alone. All
// texts in it are printable, and have bounds.
struct Story {
  // A story has at most so many steps, and so many of them are lines of a log.
  static constexpr size_t kStepsMax = 100;
  static constexpr size_t kLinesMax = 50;
  // Names, such as an event's id or a topic, are cut at so many bytes; sentences and a log's lines
  // at kTextBytesMax, and keys and paths at kShownBytesMax.
  static constexpr size_t kNameBytesMax = 256;
  static constexpr size_t kTextBytesMax = 2048;
  static constexpr size_t kShownBytesMax = 128;

  uint64_t number = 0;  // Counts from 1.
  std::string id = {};
  bool is_request = false;
  base::SystemTime started_at = {};
  base::SystemTime changed_at = {};
  StoryOutcome outcome = StoryOutcome::stored;
  std::string method = {};
  std::string path = {};
  std::string route = {};
  int64_t status = 0;       // Of the answer; 0 without one.
  int64_t duration_us = 0;  // Of the request.
  std::string topic = {};   // Empty if no record is known.
  base::Partition partition = {};
  base::Offset offset = {};
  RecordNames names = {};
  int64_t attempts = 0;
  std::vector<StoryStep> steps = {};
  size_t lines = 0;      // How many of the steps are lines of a log.
  size_t left_out = 0;   // Steps for which there was no room.
  uint64_t changed = 0;  // The number of the last change.
  size_t bytes = 0;      // As the store has counted them.

  [[nodiscard]] bool has_record() const { return !topic.empty(); }
  [[nodiscard]] bool ended() const { return is_end(outcome); }
  // Adds a step behind those that were not later, unless there is no room.
  void add(StoryStep step);
  // Returns about how many bytes the story takes, with its entries in indexes.
  [[nodiscard]] size_t memory() const;
};

// Appends a StorySummary, or a Story.
void append_summary(std::string& out, const Story& story);
void append_story(std::string& out, const Story& story);

// Returns a time in milliseconds since 1970, with the microseconds behind the point.
[[nodiscard]] std::string milliseconds_text(base::SystemTime time);
// Returns a number of microseconds in milliseconds: "1.203".
[[nodiscard]] std::string milliseconds_text(int64_t microseconds);

}  // namespace penstock::local
