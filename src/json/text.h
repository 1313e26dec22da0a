#pragma once

#include <string>
#include <string_view>

namespace penstock::json {

// Appends `text` as a JSON string with its quotes (RFC 8259 section 7). Bytes that are not UTF-8 become
// U+FFFD, so that foreign input cannot break a line of the log.
void append_string(std::string& out, std::string_view text);
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace penstock::json
