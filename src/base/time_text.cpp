#include "base/time_text.h"

#include <cstdint>
#include <cstdio>
#include <ctime>

namespace penstock::base {
namespace {

constexpr size_t kSecondsLength = sizeof("2026-11-24T16:52:20") - 1;
constexpr size_t kRfc3339Length = sizeof("2026-11-24T16:52:20.123456Z") - 1;
constexpr size_t kHttpDateLength = sizeof("Tue, 24 Nov 2026 16:52:20 GMT") - 1;
// 9999-12-31T23:59:59Z is the last second whose year has four digits.
constexpr int64_t kLastSecond = 253'402'300'799;

}  // namespace

void TimeText::set_second(int64_t second) {
  second = second < 0 ? 0 : second > kLastSecond ? kLastSecond : second;
  if (second == second_) return;
  second_ = second;
  const std::time_t time = second;
  std::tm parts{};
  gmtime_r(&time, &parts);
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::snprintf(rfc3339_, sizeof rfc3339_, "%04d-%02d-%02dT%02d:%02d:%02d.000000Z",
                static_cast<uint16_t>(parts.tm_year + 1900), static_cast<uint8_t>(parts.tm_mon + 1),
                static_cast<uint8_t>(parts.tm_mday), static_cast<uint8_t>(parts.tm_hour),
                static_cast<uint8_t>(parts.tm_min), static_cast<uint8_t>(parts.tm_sec));
  std::snprintf(http_date_, sizeof http_date_, "%s, %02d %s %04d %02d:%02d:%02d GMT",
                kDays[parts.tm_wday], static_cast<uint8_t>(parts.tm_mday), kMonths[parts.tm_mon],
                static_cast<uint16_t>(parts.tm_year + 1900), static_cast<uint8_t>(parts.tm_hour),
                static_cast<uint8_t>(parts.tm_min), static_cast<uint8_t>(parts.tm_sec));
}

std::string_view TimeText::rfc3339(SystemTime time) {
  using namespace std::chrono;
  const auto whole = floor<seconds>(time.time_since_epoch());
  set_second(whole.count());
  auto micros = duration_cast<microseconds>(time.time_since_epoch() - whole).count();
  for (size_t i = kSecondsLength + 6; i > kSecondsLength; --i) {
    rfc3339_[i] = static_cast<char>('0' + micros % 10);
    micros /= 10;
  }
  return {rfc3339_, kRfc3339Length};
}

std::string_view TimeText::http_date(SystemTime time) {
  using namespace std::chrono;
  set_second(floor<seconds>(time.time_since_epoch()).count());
  return {http_date_, kHttpDateLength};
}

}  // namespace penstock::base
