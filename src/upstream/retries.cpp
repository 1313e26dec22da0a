#include "upstream/retries.h"

#include "base/number_text.h"
#include "base/time_reading.h"

namespace penstock::upstream {

using std::chrono::milliseconds;

milliseconds retry_pause(int attempt, std::minstd_rand& random) {
  const int doublings = std::clamp(attempt - 1, 0, 16);
  const milliseconds longest = std::min(kPauseMax, kPauseMin * (1 << doublings));
  return milliseconds(std::uniform_int_distribution<int64_t>(0, longest.count())(random));
}

std::optional<milliseconds> retry_after(std::string_view value, base::SystemTime now) {
  constexpr std::chrono::hours kLongest{1};
  const bool is_number = !value.empty() && value.find_first_not_of("0123456789") == value.npos;
  if (is_number) {
    // A number that is too large for 64 bits is a long time all the same.
    const auto seconds = base::whole_number<int64_t>(value);
    if (!seconds || *seconds > std::chrono::seconds(kLongest).count()) return kLongest;
    return std::chrono::seconds(*seconds);
  }
  const auto date = base::parse_http_date(value);
  if (!date) return std::nullopt;
  const auto wait = std::chrono::ceil<milliseconds>(*date - now);
  return std::clamp<milliseconds>(wait, milliseconds(0), kLongest);
}

}  // namespace penstock::upstream
