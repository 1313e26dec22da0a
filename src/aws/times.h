#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time_text.h"

namespace penstock::aws {

// "20261124T165220Z", as signatures have it.
[[nodiscard]] std::string amz_date(base::SystemTime time);
// "2026-11-24T16:52:20Z".
[[nodiscard]] std::string timestamp(base::SystemTime time);

// RFC 3339 with any fraction and offset, as `Expiration` comes: "2026-11-24T16:52:20Z". Whole
// seconds. Nothing for whatever else, and for years before 1970; years that the clock cannot say
// become 2261.
[[nodiscard]] std::optional<base::SystemTime> parse_timestamp(std::string_view text);

// An HTTP date in the one form that may be sent: "Tue, 24 Nov 2026 16:52:20 GMT" (RFC 9110
// section 5.6.7).
[[nodiscard]] std::optional<base::SystemTime> parse_http_date(std::string_view text);

}  // namespace penstock::aws
