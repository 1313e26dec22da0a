#pragma once

#include <string>
#include <string_view>

namespace penstock::json {

// Appends `text` as a JSON string with its quotes (RFC 8259 section 7). Bytes that are not UTF-8
// become U+FFFD, and control characters above ASCII, U+2028 and U+2029 are escaped, so that input
// from outside can neither break a line of the log nor command the terminal that shows it.
void append_string(std::string& out, std::string_view text);

// Does the same, but returns false if `text` is not UTF-8, and leaves the characters above ASCII as
// they are. What it has appended until then is
// incomplete and must be discarded.
[[nodiscard]] bool append_checked_string(std::string& out, std::string_view text);

// Returns the JSON string that append_string() appends.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace penstock::json
