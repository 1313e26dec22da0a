#include "typed/time_values.h"

#include <array>
#include <chrono>

namespace penstock::typed {
namespace {

// Returns the number that the digits at `at` write, or -1 if one is not a digit.
int number_at(std::string_view text, size_t at, size_t digits) {
  int number = 0;
  for (size_t i = at; i < at + digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

// Reads the first ten bytes of a text that has as many.
std::optional<Date> date_at_start(std::string_view text) {
  const int year = number_at(text, 0, 4);
  const int month = number_at(text, 5, 2);
  const int day = number_at(text, 8, 2);
  if (year < 0 || month < 1 || day < 1 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return Date(date);
}

void append_number(std::string& out, uint64_t number, size_t digits) {
  const std::string text = std::to_string(number);
  if (text.size() < digits) out.append(digits - text.size(), '0');
  out += text;
}

void append_date(std::string& out, Date date) {
  const std::chrono::year_month_day day(date);
  const int year = static_cast<int>(day.year());
  if (year < 0) out += '-';
  append_number(out, static_cast<uint64_t>(year < 0 ? -year : year), 4);
  out += '-';
  append_number(out, static_cast<unsigned>(day.month()), 2);
  out += '-';
  append_number(out, static_cast<unsigned>(day.day()), 2);
}

}  // namespace

std::optional<Date> read_date(std::string_view text) {
  return text.size() == 10 ? date_at_start(text) : std::nullopt;
}

std::optional<DateTime> read_date_time(std::string_view text) {
  constexpr size_t kShortest = 20;  // "2026-01-31T12:30:00Z"
  if (text.size() < kShortest) return std::nullopt;
  const auto date = date_at_start(text);
  const int hour = number_at(text, 11, 2);
  const int minute = number_at(text, 14, 2);
  const int second = number_at(text, 17, 2);
  if (!date || (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':' ||
      hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return std::nullopt;
  }
  size_t at = 19;
  int64_t nanoseconds = 0;
  if (text[at] == '.') {
    const size_t first = ++at;
    int64_t unit = 100'000'000;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      nanoseconds += unit * (text[at] - '0');
      unit /= 10;
    }
    if (at == first || at == text.size()) return std::nullopt;
  }
  int ahead = 0;  // The offset from UTC in minutes.
  if (text[at] == 'Z' || text[at] == 'z') {
    if (at + 1 != text.size()) return std::nullopt;
  } else {
    if (text.size() - at != 6 || (text[at] != '+' && text[at] != '-') || text[at + 3] != ':') {
      return std::nullopt;
    }
    const int hours = number_at(text, at + 1, 2);
    const int minutes = number_at(text, at + 4, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
    ahead = (hours * 60 + minutes) * (text[at] == '-' ? -1 : 1);
  }
  const int64_t seconds = date->time_since_epoch().count() * int64_t{86'400} + hour * 3600 +
                          (minute - ahead) * 60 + second;
  if (seconds < kSecondsMin || seconds > kSecondsMax) return std::nullopt;
  return DateTime(std::chrono::nanoseconds(seconds * 1'000'000'000 + nanoseconds));
}

std::string text_of(Date date) {
  std::string out;
  append_date(out, date);
  return out;
}

std::string text_of(DateTime time) {
  const auto date = std::chrono::floor<std::chrono::days>(time);
  const auto of_day = static_cast<uint64_t>((time - date).count());
  const uint64_t seconds = of_day / 1'000'000'000;
  const uint64_t fraction = of_day % 1'000'000'000;
  std::string out;
  append_date(out, date);
  out += 'T';
  append_number(out, seconds / 3600, 2);
  out += ':';
  append_number(out, seconds / 60 % 60, 2);
  out += ':';
  append_number(out, seconds % 60, 2);
  if (fraction != 0) {
    out += '.';
    if (fraction % 1'000'000 == 0) {
      append_number(out, fraction / 1'000'000, 3);
    } else if (fraction % 1'000 == 0) {
      append_number(out, fraction / 1'000, 6);
    } else {
      append_number(out, fraction, 9);
    }
  }
  out += 'Z';
  return out;
}

}  // namespace penstock::typed
