#include "local/stories/figures.h"

#include <algorithm>
#include <bit>
#include <type_traits>

#include "base/number_text.h"
#include "json/object_writer.h"

namespace penstock::local {
namespace {

void append_number_or_null(std::string& out, const std::optional<double>& number) {
  if (number) {
    base::append_number(out, *number);
  } else {
    out += "null";
  }
}
void append_number_or_null(std::string& out, const std::optional<int64_t>& number) {
  if (number) {
    base::append_number(out, *number);
  } else {
    out += "null";
  }
}

// Calls `write` with the name of each series of a History, and with what appends a second's value.
template <typename Write>
void for_each_series(const Write& write) {
  using Second = Figures::Second;
  const auto value = [](auto member) {
    return [member](std::string& out, const Second& second) {
      if constexpr (std::is_same_v<decltype(member), int64_t Second::*>) {
        base::append_number(out, second.*member);
      } else {
        append_number_or_null(out, second.*member);
      }
    };
  };
  write("at_s", value(&Second::at_s));
  write("requests", value(&Second::requests));
  write("errors", value(&Second::errors));
  write("p50_ms", value(&Second::p50_ms));
  write("p99_ms", value(&Second::p99_ms));
  write("events", value(&Second::events));
  write("handled", value(&Second::handled));
  write("lag", value(&Second::lag));
  write("invocations", value(&Second::invocations));
  write("retries", value(&Second::retries));
  write("given_up", value(&Second::given_up));
}

}  // namespace

void DurationCounts::add(std::chrono::microseconds duration) {
  const auto value = static_cast<uint64_t>(std::clamp<int64_t>(duration.count(), 0, kMax - 1));
  const int shift = std::max(0, static_cast<int>(std::bit_width(value)) - (kDetail + 1));
  ++counts_[(static_cast<size_t>(shift) << kDetail) + static_cast<size_t>(value >> shift)];
  ++total_;
}

void DurationCounts::add(const DurationCounts& other) {
  if (other.total_ == 0) return;
  for (size_t i = 0; i < kPlaces; ++i) counts_[i] += other.counts_[i];
  total_ += other.total_;
}

void DurationCounts::clear() {
  if (total_ == 0) return;
  counts_.fill(0);
  total_ = 0;
}

std::optional<double> DurationCounts::quantile_ms(double part) const {
  if (total_ == 0) return std::nullopt;
  const double wanted = part * total_;
  uint64_t before = 0;
  size_t place = 0;
  for (size_t i = 0; i < kPlaces; ++i) {
    if (counts_[i] == 0) continue;
    place = i;
    before += counts_[i];
    if (static_cast<double>(before) >= wanted) break;
  }
  const int shift = std::max(0, static_cast<int>(place >> kDetail) - 1);
  const uint64_t first = (place - (static_cast<size_t>(shift) << kDetail)) << shift;
  const double middle = static_cast<double>(first) + (static_cast<double>(1ULL << shift) - 1) / 2;
  return middle / 1000;
}

void RecentCount::add(int64_t second, int64_t count) {
  Count& place = counts_[static_cast<size_t>(second) % counts_.size()];
  if (place.second != second) place = {second, 0};
  place.count += count;
}

int64_t RecentCount::sum(int64_t second) const {
  int64_t sum = 0;
  for (const Count& place : counts_) {
    if (place.second < second && place.second >= second - kSeconds) sum += place.count;
  }
  return sum;
}

double RecentCount::per_second(int64_t second, int64_t start) const {
  const int64_t seconds = std::clamp<int64_t>(second - start, 1, kSeconds);
  return static_cast<double>(sum(second)) / static_cast<double>(seconds);
}

Figures::Figures(int64_t start_s) : start_s_(start_s), durations_(RecentCount::kSeconds + 1) {
  current_.at_s = start_s;
  over_.reserve(kSeconds);
}

Figures::Second& Figures::at(int64_t second) {
  if (second > current_.at_s) end_second();
  // After a long pause, only so many seconds without anything are of interest.
  current_.at_s = std::max(current_.at_s, second - static_cast<int64_t>(kSeconds));
  while (second > current_.at_s) end_second();
  return current_;
}

void Figures::end_second() {
  const Durations& now = durations_[static_cast<size_t>(current_.at_s) % durations_.size()];
  if (now.at_s == current_.at_s) {
    current_.p50_ms = now.requests.quantile_ms(0.5);
    current_.p99_ms = now.requests.quantile_ms(0.99);
  }
  if (over_.size() < kSeconds) {
    over_.push_back(current_);
  } else {
    over_[begin_] = current_;
    begin_ = (begin_ + 1) % kSeconds;
  }
  Second next;
  next.at_s = current_.at_s + 1;
  next.lag = current_.lag;
  current_ = next;
}

Figures::Durations& Figures::durations() {
  Durations& now = durations_[static_cast<size_t>(current_.at_s) % durations_.size()];
  if (now.at_s != current_.at_s) {
    now.at_s = current_.at_s;
    now.requests.clear();
    now.invocations.clear();
  }
  return now;
}

void Figures::add_request(std::chrono::microseconds duration) {
  durations().requests.add(duration);
}

void Figures::add_invocation(std::chrono::microseconds duration) {
  durations().invocations.add(duration);
}

Figures::Recent Figures::recent() const {
  const int64_t first = current_.at_s - RecentCount::kSeconds;
  Recent recent;
  const size_t count = std::min(over_.size(), static_cast<size_t>(RecentCount::kSeconds));
  for (size_t i = 0; i < count; ++i) {
    const Second& second = over_[(begin_ + over_.size() - 1 - i) % over_.size()];
    if (second.at_s < first) break;
    recent.requests_per_s += static_cast<double>(second.requests);
    recent.errors_per_s += static_cast<double>(second.errors);
    recent.invocations_per_s += static_cast<double>(second.invocations);
  }
  const auto seconds =
      static_cast<double>(std::clamp<int64_t>(current_.at_s - start_s_, 1, RecentCount::kSeconds));
  recent.requests_per_s /= seconds;
  recent.errors_per_s /= seconds;
  recent.invocations_per_s /= seconds;

  DurationCounts requests;
  DurationCounts invocations;
  for (const Durations& durations : durations_) {
    if (durations.at_s < first) continue;
    requests.add(durations.requests);
    invocations.add(durations.invocations);
  }
  recent.request_p50_ms = requests.quantile_ms(0.5);
  recent.request_p99_ms = requests.quantile_ms(0.99);
  recent.invocation_p50_ms = invocations.quantile_ms(0.5);
  recent.invocation_p99_ms = invocations.quantile_ms(0.99);
  return recent;
}

void Figures::append_json(std::string& out) const {
  json::ObjectWriter object(out);
  for_each_series([&](const char* name, const auto& append) {
    json::ArrayWriter array(object.key(name));
    for (size_t i = 0; i < over_.size(); ++i) {
      append(array.element(), over_[(begin_ + i) % over_.size()]);
    }
    array.end();
  });
  object.end();
}

void Figures::append_newest(std::string& out) const {
  const Second& newest = over_[(begin_ + over_.size() - 1) % over_.size()];
  json::ObjectWriter object(out);
  for_each_series([&](const char* name, const auto& append) { append(object.key(name), newest); });
  object.end();
}

}  // namespace penstock::local
