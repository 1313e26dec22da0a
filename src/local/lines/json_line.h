#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "local/lines/line_style.h"

namespace penstock::local {

// Is a line of a program's log that is a JSON object, as most loggers write it.
class JsonLine {
 public:
  // A longer line is not read, and is shown as it is.
  static constexpr size_t kBytesMax = 256 * 1024;

  // Returns nothing if the line is not one JSON object, has too many members, or tells neither
  // level nor message nor type, so that it is no line of a log.
  [[nodiscard]] static std::optional<JsonLine> read(std::string_view line);

  // Returns what the line is by its "level", "severity" or "logLevel".
  [[nodiscard]] Tone tone() const { return tone_; }
  // Returns the level as it is written, or an empty text.
  [[nodiscard]] std::string_view level() const { return level_; }
  // Returns its "message" or "msg", or else its "type" or "eventType". It may be empty.
  [[nodiscard]] std::string_view title() const { return title_; }
  // Returns its "type", or an empty text. The function's lines have one.
  [[nodiscard]] std::string_view type() const { return text("type"); }

  // Return a member, or an empty text or nothing if it is not there or is something else.
  [[nodiscard]] std::string_view text(std::string_view name) const;
  [[nodiscard]] std::optional<int64_t> number(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return object_.contains(name); }
  // Returns the member "value", in which the function's lines have their details, or null.
  [[nodiscard]] const boost::json::value* value() const { return object_.if_contains("value"); }

  // Is a member of the line.
  struct Field {
    std::string name;
    std::string value;     // A string's text, or the JSON of anything else.
    bool is_text = false;  // Whether it is a string.
  };
  // Returns all other members, but those of the time, in their order. If the line has a type, and
  // "value" is an object, its members take its place. `left_out` are names of further members that
  // are left out.
  [[nodiscard]] std::vector<Field> fields(const std::vector<std::string_view>& left_out) const;

 private:
  boost::json::object object_;
  Tone tone_ = Tone::plain;
  std::string level_;
  std::string title_;
  std::vector<std::string_view> taken_;  // The members that level() and title() return.
};

}  // namespace penstock::local
