#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time_text.h"

namespace penstock::local {

// Has the members of a line that is a JSON object, without reading their values: a program writes
// more lines than anybody looks at. It takes any line, also one that is cut or no JSON: then it has
// the members up to the first mistake. It does not look for mistakes in what nobody asks for. It
// keeps no copy of the line, which must stay.
class LineMembers {
 public:
  // Further members are left out.
  static constexpr size_t kMembersMax = 32;
  // Arrays and objects are read up to this depth.
  static constexpr int kDepthMax = 16;

  struct Member {
    std::string_view name;  // As it stands between its quotes.
    std::string_view json;  // The value as it stands in the line.
  };

  explicit LineMembers(std::string_view line);

  [[nodiscard]] std::span<const Member> all() const { return {members_.data(), count_}; }
  // Returns the value as it stands in the line, or an empty text if there is none.
  [[nodiscard]] std::string_view json(std::string_view name) const;
  // Return a value, or nothing if it is not there or of another type. A text that is longer than
  // `bytes_max`, as it stands in the line, is not read.
  [[nodiscard]] std::optional<std::string> text(std::string_view name, size_t bytes_max) const;
  [[nodiscard]] std::optional<int64_t> number(std::string_view name) const;

 private:
  std::array<Member, kMembersMax> members_;
  size_t count_ = 0;
};

// Returns the text of a JSON string without its quotes and escapes, or nothing if it is not one.
[[nodiscard]] std::optional<std::string> text_of(std::string_view json);

// Reads "2026-11-24T16:52:20.123456Z", with up to nine decimals or none, of the years 1970 to 2200.
[[nodiscard]] std::optional<base::SystemTime> time_of(std::string_view text);

// Has what a line of a function says of the record that it is about. The function of this project
// writes such lines, and others may.
struct LineFacts {
  bool is_json = false;
  std::string request_id = {};  // "requestId", as Lambda's own format has it.
  std::string type = {};        // The function's "type": RECORD, EXCEPTION, DUPLICATE …
  bool is_metrics = false;      // Whether it is CloudWatch's embedded metrics format.
  std::optional<base::SystemTime> time = {};  // "timestamp" or "time".
  // These are in one object of the line.
  std::string topic = {};
  std::optional<int64_t> partition = {};
  std::optional<int64_t> offset = {};
  std::string event_id = {};  // "ce_id".
  std::string outcome = {};   // "retry" or "poison": what the handler has returned for the record.
  std::string reason = {};

  [[nodiscard]] bool names_record() const { return partition && offset && !topic.empty(); }
};

// Lines are looked at up to this size. A longer one is text.
inline constexpr size_t kReadLineBytesMax = 64 * 1024;

// Returns the facts of a line, whatever it is.
[[nodiscard]] LineFacts facts_of(std::string_view line);

}  // namespace penstock::local
