#include "base/time_reading.h"

#include <array>

namespace penstock::base {
namespace {

using namespace std::chrono;

// Reads a text from its front. After the first mismatch everything fails.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  // Reads exactly `count` decimal digits.
  int digits(size_t count) {
    int value = 0;
    if (rest_.size() < count) return fail();
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return fail();
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  bool skip(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  void expect(std::string_view text) {
    if (!skip(text)) fail();
  }
  // Reads one of the words and returns its index.
  template <size_t N>
  int one_of(const std::array<std::string_view, N>& words) {
    for (size_t i = 0; i < N; ++i) {
      if (skip(words[i])) return static_cast<int>(i);
    }
    return fail();
  }
  void skip_digits() {
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') rest_.remove_prefix(1);
  }
  int fail() {
    good_ = false;
    return 0;
  }
  [[nodiscard]] bool done() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

// system_clock counts nanoseconds in 64 bits, which end in April 2262.
constexpr int kYearMax = 2261;

struct Moment {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;

  [[nodiscard]] std::optional<SystemTime> time() const {
    const year_month_day date(std::chrono::year(year),
                              std::chrono::month(static_cast<unsigned>(month)),
                              std::chrono::day(static_cast<unsigned>(day)));
    // Second 60 is a leap second.
    if (!date.ok() || year < 1970 || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    if (year > kYearMax) return sys_days(std::chrono::year(kYearMax) / December / 31);
    return sys_days(date) + hours(hour) + minutes(minute) + seconds(second);
  }
};

}  // namespace

std::optional<SystemTime> parse_timestamp(std::string_view text) {
  Scanner in(text);
  Moment moment;
  moment.year = in.digits(4);
  in.expect("-");
  moment.month = in.digits(2);
  in.expect("-");
  moment.day = in.digits(2);
  in.one_of(std::array<std::string_view, 3>{"T", "t", " "});
  moment.hour = in.digits(2);
  in.expect(":");
  moment.minute = in.digits(2);
  in.expect(":");
  moment.second = in.digits(2);
  if (in.skip(".")) {
    in.digits(1);
    in.skip_digits();
  }
  const int zone = in.one_of(std::array<std::string_view, 4>{"Z", "z", "+", "-"});
  minutes offset(0);
  if (zone >= 2) {
    const int offset_hours = in.digits(2);
    in.expect(":");
    const int offset_minutes = in.digits(2);
    if (offset_hours > 23 || offset_minutes > 59) in.fail();
    offset = (hours(offset_hours) + minutes(offset_minutes)) * (zone == 2 ? 1 : -1);
  }
  const auto time = moment.time();
  if (!in.done() || !time) return std::nullopt;
  return *time - offset;
}

std::optional<SystemTime> parse_http_date(std::string_view text) {
  static constexpr std::array<std::string_view, 7> kDays{"Mon, ", "Tue, ", "Wed, ", "Thu, ",
                                                         "Fri, ", "Sat, ", "Sun, "};
  static constexpr std::array<std::string_view, 12> kMonths{" Jan ", " Feb ", " Mar ", " Apr ",
                                                            " May ", " Jun ", " Jul ", " Aug ",
                                                            " Sep ", " Oct ", " Nov ", " Dec "};
  Scanner in(text);
  Moment moment;
  in.one_of(kDays);
  moment.day = in.digits(2);
  moment.month = in.one_of(kMonths) + 1;
  moment.year = in.digits(4);
  in.expect(" ");
  moment.hour = in.digits(2);
  in.expect(":");
  moment.minute = in.digits(2);
  in.expect(":");
  moment.second = in.digits(2);
  in.expect(" GMT");
  return in.done() ? moment.time() : std::nullopt;
}

}  // namespace penstock::base
