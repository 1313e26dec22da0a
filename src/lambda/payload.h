#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "lambda/kafka_event.h"

namespace penstock::lambda {

// JSON that has been checked and stands on one line, so that a line of the log can take it as it
// is.
struct JsonText {
  std::string text;
};

// The value of a record as JSON: itself if it is JSON, a string if it is other text, null for a
// tombstone. Numbers and the order of members stay as they were written. Error: invalid, when the
// bytes are not text (UTF-8).
[[nodiscard]] base::Result<JsonText> payload_json(const Record& record);

// Valid JSON without its line breaks, which can only stand between its tokens.
[[nodiscard]] JsonText on_one_line(std::string_view json);

}  // namespace penstock::lambda
