#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace penstock::local {

// Counts durations, so that their quantiles are known to 3 % without keeping them.
class DurationCounts {
 public:
  void add(std::chrono::microseconds duration);
  void add(const DurationCounts& other);
  void clear();
  // Returns the duration, in milliseconds, that this part of all durations does not exceed: 0.5 for
  // the median. There is none without a duration.
  [[nodiscard]] std::optional<double> quantile_ms(double part) const;

 private:
  // Durations of up to 31 us have a place of their own, and each power of two above has 16.
  static constexpr int kDetail = 4;
  static constexpr int64_t kMax = int64_t{1} << 36;  // 19 hours; what is longer counts as that.
  static constexpr size_t kPlaces = (36 - kDetail + 2) << kDetail;

  std::array<uint32_t, kPlaces> counts_ = {};
  uint32_t total_ = 0;
};

// Counts something by the second, for its rate.
class RecentCount {
 public:
  static constexpr int64_t kSeconds = 10;

  // `second` is in seconds since 1970 and never becomes less.
  void add(int64_t second, int64_t count);
  // Returns how many there were in the seconds before this one, at most kSeconds.
  [[nodiscard]] int64_t sum(int64_t second) const;
  // Returns the mean of these seconds, or of those since `start` if they are fewer.
  [[nodiscard]] double per_second(int64_t second, int64_t start) const;

 private:
  struct Count {
    int64_t second = 0;
    int64_t count = 0;
  };

  std::array<Count, kSeconds + 1> counts_ = {};
};

// Has the numbers of the whole system, second by second, of the last kSeconds seconds. Its memory
// is fixed.
class Figures {
 public:
  static constexpr size_t kSeconds = 900;

  // Counts what happened in one second.
  struct Second {
    int64_t at_s = 0;  // Seconds since 1970.
    int64_t requests = 0;
    int64_t errors = 0;  // Requests that were answered with 500 to 599.
    int64_t events = 0;  // Records that were stored.
    int64_t handled = 0;
    int64_t invocations = 0;
    int64_t retries = 0;
    int64_t given_up = 0;
    std::optional<int64_t> lag = {};  // At its end.
    std::optional<double> p50_ms = {};
    std::optional<double> p99_ms = {};  // Both of the requests.
  };
  // Has means and quantiles of the last RecentCount::kSeconds seconds.
  struct Recent {
    double requests_per_s = 0;
    double errors_per_s = 0;
    double invocations_per_s = 0;
    std::optional<double> request_p50_ms = {};
    std::optional<double> request_p99_ms = {};
    std::optional<double> invocation_p50_ms = {};
    std::optional<double> invocation_p99_ms = {};
  };

  explicit Figures(int64_t start_s);

  // Returns the second that runs, to add to it. Must be called before anything is added, with the
  // time in seconds since 1970; a clock that was set back does not count.
  Second& at(int64_t second);
  // Returns the second of the last call of at().
  [[nodiscard]] int64_t second() const { return current_.at_s; }
  void add_request(std::chrono::microseconds duration);
  void add_invocation(std::chrono::microseconds duration);

  [[nodiscard]] Recent recent() const;
  // Appends a History of the seconds that are over. The names are those of console.openapi.yaml.
  void append_json(std::string& out) const;
  // Appends the newest of these seconds, as an object with the same names. There must be one.
  void append_newest(std::string& out) const;
  [[nodiscard]] bool empty() const { return over_.empty(); }

 private:
  struct Durations {
    int64_t at_s = 0;
    DurationCounts requests;
    DurationCounts invocations;
  };

  void end_second();
  Durations& durations();

  const int64_t start_s_;
  Second current_;
  // Has the seconds that are over: a ring, whose oldest one is at begin_.
  std::vector<Second> over_;
  size_t begin_ = 0;
  std::vector<Durations> durations_;  // By second, modulo the size.
};

}  // namespace penstock::local
