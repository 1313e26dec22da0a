#pragma once

#include <string_view>

namespace penstock::contract {

// These check the formats of dates, times and durations. Each has the contract of Format::matches
// (formats.h); other rooms use them by find_format().

[[nodiscard]] bool is_date(std::string_view text);
[[nodiscard]] bool is_time(std::string_view text);
[[nodiscard]] bool is_time_local(std::string_view text);
[[nodiscard]] bool is_date_time(std::string_view text);
[[nodiscard]] bool is_date_time_local(std::string_view text);
[[nodiscard]] bool is_duration(std::string_view text);
[[nodiscard]] bool is_http_date(std::string_view text);

}  // namespace penstock::contract
