#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time_text.h"
#include "local/records/record.h"

namespace penstock::local {

// Is a line that a function has written, with the record that it is about, if it says so.
struct FunctionLine {
  std::string text;  // Printable, and cut at Story::kTextBytesMax.
  base::SystemTime at = {};
  std::string request_id = {};  // As the line says it.
  // The line names these, or it follows the function's line RECORD, which does.
  std::optional<TopicPartition> topic_partition = {};
  base::Offset offset = {};
  std::string event_id = {};
  std::string outcome = {};  // "retry" or "poison", if the line says it of its record.
  std::string reason = {};
  enum class Place { any, begins_record, behind_records } place = Place::any;

  // Says whether the line is about one record.
  [[nodiscard]] bool is_of_record() const { return topic_partition || !event_id.empty(); }
};

// Reads a line, which may be anything.
[[nodiscard]] FunctionLine read_function_line(std::string_view line, base::SystemTime now);
// Returns the "requestId" at the start of a line, which is how the function's own lines begin,
// without reading the rest. It is empty if there is none.
[[nodiscard]] std::string_view request_id_of(std::string_view line);

// Has what a function has written during one invocation.
struct FunctionLog {
  std::string process = {};
  std::vector<FunctionLine> lines = {};
  size_t left_out = 0;  // Lines for which there was no room.
  // Is the record of the last line RECORD.
  std::optional<std::pair<TopicPartition, base::Offset>> record = {};

  // Gives the line the record that it belongs to, if it names none itself.
  void place(FunctionLine& line);
};

// Keeps the lines of the invocations that run, by their request ids, until they have ended. What it
// keeps has a bound in sum: beyond it, lines are counted.
class FunctionLogs {
 public:
  static constexpr size_t kInvocationsMax = 128;  // Then the oldest one goes.
  static constexpr size_t kLinesMax = 1000;       // Of one invocation.
  static constexpr size_t kBytesMax = 4 << 20;    // Of all of them.

  void begin(std::string_view request_id, std::string_view process);
  [[nodiscard]] bool has(std::string_view request_id) const { return logs_.contains(request_id); }
  [[nodiscard]] bool empty() const { return logs_.empty(); }
  void add(std::string_view request_id, FunctionLine line);
  // Counts a line that is not looked at.
  void leave_out(std::string_view request_id);
  // Ends an invocation, and returns its log, if there is one.
  [[nodiscard]] std::optional<FunctionLog> take(std::string_view request_id);
  [[nodiscard]] size_t bytes() const { return bytes_; }

 private:
  std::map<std::string, FunctionLog, std::less<>> logs_;
  std::deque<std::string> order_;  // Their ids, the oldest first; some have ended.
  size_t bytes_ = 0;
};

}  // namespace penstock::local
