#pragma once

#include <string>
#include <string_view>

namespace penstock::base {

// Appends `text` as a JSON string with its quotes (RFC 8259 section 7). Bytes that are not UTF-8 become
// U+FFFD, so that foreign input cannot break a line of the log.
void append_json_string(std::string& out, std::string_view text);
[[nodiscard]] std::string json_string(std::string_view text);

// The number of bytes of the UTF-8 sequence that starts `text`, 0 if it is not well formed (RFC 3629).
[[nodiscard]] int utf8_length(std::string_view text);
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace penstock::base
