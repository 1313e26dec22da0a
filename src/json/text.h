#pragma once

#include <string>
#include <string_view>

namespace penstock::json {

// Appends `text` as a JSON string with its quotes (RFC 8259 section 7). Bytes that are not UTF-8
// become U+FFFD, so that foreign input cannot break a line of the log.
void append_string(std::string& out, std::string_view text);

// The same, but it returns false where a byte is not UTF-8; what was appended is worth nothing
// then.
[[nodiscard]] bool append_checked_string(std::string& out, std::string_view text);

// The JSON string by itself, as append_string writes it.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace penstock::json
