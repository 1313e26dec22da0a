#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "lambda/kafka_event.h"

namespace penstock::lambda {

// Valid JSON on one line, which a line of the log can include unchanged.
struct JsonText {
  std::string text;
};

// Returns the value of a record as JSON: the value itself if it is JSON, a string if it is other
// text, and null for a tombstone. Numbers and the order of members stay as they were written. Fails
// with `invalid` if the bytes are not UTF-8.
[[nodiscard]] base::Result<JsonText> payload_json(const Record& record);

// Replaces the line breaks of `json` by spaces. It must be valid JSON, in which line breaks can
// occur only between tokens.
[[nodiscard]] JsonText on_one_line(std::string_view json);

}  // namespace penstock::lambda
