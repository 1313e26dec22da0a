#pragma once

#include <optional>
#include <string_view>

#include "base/time_text.h"

// This file declares readers of times that others have written.
namespace penstock::base {

// Reads a time as RFC 3339 writes it, with any fraction and offset, such as an `Expiration`:
// "2026-11-24T16:52:20Z". The fraction is dropped. Returns nothing for any other text and for years
// before 1970. Years that the system's clock cannot express become 2261.
[[nodiscard]] std::optional<base::SystemTime> parse_timestamp(std::string_view text);

// Reads an HTTP date in the form that senders must use, "Tue, 24 Nov 2026 16:52:20 GMT" (RFC 9110
// section 5.6.7). Returns nothing for any other text.
[[nodiscard]] std::optional<base::SystemTime> parse_http_date(std::string_view text);

}  // namespace penstock::base
