#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

// This file writes metrics in Prometheus' text format.
namespace penstock::metrics {

// Holds the labels of one series: `method="GET",status="200"`.
class Labels {
 public:
  // Adds a label with any value. The name is the program's own: letters, digits and underscores.
  // The value is escaped as Prometheus' text format wants it ("Exposition formats", "Text format
  // details"), and bytes that are not UTF-8 become U+FFFD, because one bad label breaks the whole
  // scrape.
  Labels& add(std::string_view name, std::string_view value);

  // Returns the labels as they are written between braces. It is empty if there are none.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// A histogram of durations in seconds, with the bucket bounds that OpenTelemetry's semantic
// conventions ("HTTP metrics") recommend. It is not thread-safe.
class Histogram {
 public:
  static constexpr std::array<double, 14> kBounds{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25,
                                                  0.5,   0.75, 1,     2.5,  5,     7.5, 10};

  void observe(double seconds);
  // Appends "# HELP …" and "# TYPE …" in Prometheus' text format.
  static void write_head(std::string& out, std::string_view name, std::string_view help);
  // Appends the series with these labels, after the head.
  void write(std::string& out, std::string_view name, const Labels& labels) const;

 private:
  std::array<uint64_t, kBounds.size() + 1> counts_{};
  double sum_ = 0;
};

// Appends "# HELP …", "# TYPE …" and one value, with `labels` if there are any. An empty `help`
// adds another value to the metric that was written before, without these two lines. `name`, `type`
// and `help` are the program's own and are not escaped.
void write_metric(std::string& out, std::string_view name, std::string_view type,
                  std::string_view help, double value, const Labels& labels = {});

}  // namespace penstock::metrics
