#pragma once

#include <string_view>

namespace penstock::base {

// Returns the number of bytes (1 to 4) of the UTF-8 sequence at the start of `text`, or 0 if `text`
// is empty or does not start with a well-formed sequence (RFC 3629).
[[nodiscard]] int utf8_length(std::string_view text);
// Says whether all of `text` is well-formed UTF-8. An empty text is.
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace penstock::base
