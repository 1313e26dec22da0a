#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "typed/describe.h"

namespace penstock::typed {

// These are the first and the last second of which a DateTime can have each nanosecond: years 1677
// to 2262.
inline constexpr int64_t kSecondsMin = -9'223'372'036;
inline constexpr int64_t kSecondsMax = 9'223'372'035;

// Reads a date, "2026-01-31". Returns nothing if the text is not one.
[[nodiscard]] std::optional<Date> read_date(std::string_view text);
// Reads a date with a time, "2026-01-31T12:30:00.250Z" (RFC 3339 section 5.6). A leap second is the
// first second after it, and digits beyond nanoseconds are dropped. Returns nothing if the text is
// not one, or not between kSecondsMin and kSecondsMax. It accepts leap seconds in any minute.
[[nodiscard]] std::optional<DateTime> read_date_time(std::string_view text);
// Says whether the text has a leap second at its place.
[[nodiscard]] inline bool has_leap_second(std::string_view text) {
  return text.size() > 18 && text[17] == '6';
}

// Writes a date or a time as the functions above read it; a time in UTC, with no, three, six or
// nine digits of its fraction.
[[nodiscard]] std::string text_of(Date date);
[[nodiscard]] std::string text_of(DateTime time);

}  // namespace penstock::typed
