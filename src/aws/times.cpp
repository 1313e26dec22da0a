#include "aws/times.h"

#include <array>
#include <cstdio>

namespace penstock::aws {
namespace {

using namespace std::chrono;
using base::SystemTime;

std::string formatted(SystemTime time, const char* format) {
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<seconds>(time - day));
  std::array<char, 40> text{};
  const int length = std::snprintf(
      text.data(), text.size(), format, static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()));
  return {text.data(), static_cast<size_t>(length)};
}

}  // namespace

std::string amz_date(SystemTime time) {
  return formatted(time, "%04d%02u%02uT%02d%02d%02dZ");
}

std::string timestamp(SystemTime time) {
  return formatted(time, "%04d-%02u-%02uT%02d:%02d:%02dZ");
}

}  // namespace penstock::aws
