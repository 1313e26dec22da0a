#include "contract/formats/format_time.h"

#include <algorithm>
#include <array>

#include "contract/formats/format_scanner.h"

namespace penstock::contract {

namespace {

using namespace std::string_view_literals;

constexpr std::array kMonths = {"Jan"sv, "Feb"sv, "Mar"sv, "Apr"sv, "May"sv, "Jun"sv,
                                "Jul"sv, "Aug"sv, "Sep"sv, "Oct"sv, "Nov"sv, "Dec"sv};
constexpr std::array kShortDays = {"Mon"sv, "Tue"sv, "Wed"sv, "Thu"sv, "Fri"sv, "Sat"sv, "Sun"sv};
constexpr std::array kLongDays = {"Monday"sv, "Tuesday"sv,  "Wednesday"sv, "Thursday"sv,
                                  "Friday"sv, "Saturday"sv, "Sunday"sv};

int days_of(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && is_leap ? 29 : kDays[static_cast<size_t>(month) - 1];
}

// The formats of dates and times are those of RFC 3339 section 5.6.

bool take_date(Scanner& scanner) {
  const auto year = scanner.take_number(4, 0, 9999);
  if (!year || !scanner.take('-')) return false;
  const auto month = scanner.take_number(2, 1, 12);
  if (!month || !scanner.take('-')) return false;
  return scanner.take_number(2, 1, days_of(*year, *month)).has_value();
}

// A Clock is a time of day in seconds; a leap second has the number 60.
struct Clock {
  int minutes = 0;  // Since midnight.
  int second = 0;
};

// Removes "12:30:00".
std::optional<Clock> take_clock(Scanner& scanner) {
  const auto hour = scanner.take_number(2, 0, 23);
  if (!hour || !scanner.take(':')) return std::nullopt;
  const auto minute = scanner.take_number(2, 0, 59);
  if (!minute || !scanner.take(':')) return std::nullopt;
  const auto second = scanner.take_number(2, 0, 60);
  if (!second) return std::nullopt;
  return Clock{*hour * 60 + *minute, *second};
}

bool take_fraction(Scanner& scanner) {
  return !scanner.take('.') || !scanner.take_all(kDigits).empty();
}

// Removes one of the names from the front, and returns its number from 1, or 0 if there is none.
template <class Names>
int take_name(Scanner& scanner, const Names& names) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (scanner.take_text(names[i])) return static_cast<int>(i) + 1;
  }
  return 0;
}

}  // namespace

bool is_date(std::string_view text) {
  Scanner scanner(text);
  return take_date(scanner) && scanner.done();
}

bool is_time(std::string_view text) {
  Scanner scanner(text);
  const auto clock = take_clock(scanner);
  if (!clock || !take_fraction(scanner)) return false;
  int ahead = 0;  // The offset from UTC in minutes.
  if (!scanner.take('Z') && !scanner.take('z')) {
    const bool is_behind = scanner.take('-');
    if (!is_behind && !scanner.take('+')) return false;
    const auto hours = scanner.take_number(2, 0, 23);
    if (!hours || !scanner.take(':')) return false;
    const auto minutes = scanner.take_number(2, 0, 59);
    if (!minutes) return false;
    ahead = (*hours * 60 + *minutes) * (is_behind ? -1 : 1);
  }
  constexpr int kDay = 24 * 60;
  // A leap second is the last second of a day in UTC (RFC 3339 section 5.7).
  const bool is_last_minute = (clock->minutes - ahead + 2 * kDay) % kDay == kDay - 1;
  return scanner.done() && (clock->second < 60 || is_last_minute);
}

// Checks a time without its offset. It does not say where a leap second is one, so any minute may
// have it.
bool is_time_local(std::string_view text) {
  Scanner scanner(text);
  return take_clock(scanner) && take_fraction(scanner) && scanner.done();
}

bool is_date_time(std::string_view text) {
  Scanner scanner(text);
  return take_date(scanner) && (scanner.take('T') || scanner.take('t')) && is_time(scanner.rest());
}

bool is_date_time_local(std::string_view text) {
  Scanner scanner(text);
  return take_date(scanner) && (scanner.take('T') || scanner.take('t')) &&
         is_time_local(scanner.rest());
}

// Checks a duration (RFC 3339 appendix A). Between two units none may be left out, so "P1Y2D" and
// "PT1H2S" are none, and weeks stand alone.
bool is_duration(std::string_view text) {
  Scanner scanner(text);
  if (!scanner.take('P')) return false;
  // Removes the amounts up to the end or 'T'. Their units are neighbours in `units`.
  const auto take_amounts = [&](std::string_view units) {
    size_t next = std::string_view::npos;
    do {
      if (scanner.take_all(kDigits).empty() || scanner.done()) return false;
      const size_t at = units.find(scanner.rest().front());
      if (at == std::string_view::npos || (next != std::string_view::npos && at != next)) {
        return false;
      }
      scanner.take(units[at]);
      next = at + 1;
    } while (!scanner.done() && scanner.rest().front() != 'T');
    return true;
  };
  if (text.back() == 'W') return take_amounts("W") && scanner.done();
  if (!scanner.done() && scanner.rest().front() != 'T' && !take_amounts("YMD")) return false;
  if (scanner.done()) return text.size() > 1;
  return scanner.take('T') && take_amounts("HMS") && scanner.done();
}

// Checks an HTTP-date (RFC 9110 section 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT" or one of the two
// obsolete forms, which a recipient must accept. It does not check whether the day of the week is
// that of the date.
bool is_http_date(std::string_view text) {
  Scanner scanner(text);
  if (take_name(scanner, kLongDays) != 0) {  // "Sunday, 06-Nov-94 08:49:37 GMT"
    if (!scanner.take_text(", ")) return false;
    const auto day = scanner.take_number(2, 1, 31);
    if (!day || !scanner.take('-') || take_name(scanner, kMonths) == 0 || !scanner.take('-')) {
      return false;
    }
    return scanner.take_number(2, 0, 99) && scanner.take(' ') && take_clock(scanner) &&
           scanner.rest() == " GMT";
  }
  if (take_name(scanner, kShortDays) == 0) return false;
  if (scanner.take_text(", ")) {
    const auto day = scanner.take_number(2, 1, 31);
    if (!day || !scanner.take(' ')) return false;
    const int month = take_name(scanner, kMonths);
    if (month == 0 || !scanner.take(' ')) return false;
    const auto year = scanner.take_number(4, 0, 9999);
    return year && *day <= days_of(*year, month) && scanner.take(' ') && take_clock(scanner) &&
           scanner.rest() == " GMT";
  }
  if (!scanner.take(' ')) return false;  // "Sun Nov  6 08:49:37 1994"
  const int month = take_name(scanner, kMonths);
  if (month == 0 || !scanner.take(' ')) return false;
  const auto day = scanner.take(' ') ? scanner.take_number(1, 1, 9) : scanner.take_number(2, 1, 31);
  if (!day || !scanner.take(' ') || !take_clock(scanner) || !scanner.take(' ')) return false;
  const auto year = scanner.take_number(4, 0, 9999);
  return year && *day <= days_of(*year, month) && scanner.done();
}

}  // namespace penstock::contract
