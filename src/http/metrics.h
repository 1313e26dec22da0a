#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "http/server/message.h"

namespace penstock::http {

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

// Measures `http.server.request.duration` with OpenTelemetry's attributes (semantic conventions,
// "HTTP metrics"): method, scheme, protocol version, route template, status, and the error's type.
// It is not thread-safe: the server's thread observes and writes.
class RequestMetrics {
 public:
  // Counts one request. `route` must outlive the metrics: it is the contract's template, or empty.
  // The scheme is that of the original client, which a load balancer says in X-Forwarded-Proto.
  void observe(const RequestMessage& request, std::string_view route, unsigned status,
               std::chrono::steady_clock::duration duration);
  // Appends all series in Prometheus' text format.
  void write(std::string& out) const;

 private:
  struct Key {
    std::string_view method;
    std::string_view route;
    unsigned status;
    bool https;
    bool http_1_0;
    auto operator<=>(const Key&) const = default;
  };

  // The number of series is bounded: methods that are not standard count as _OTHER, routes come
  // from the contract, and there are two schemes and two versions.
  std::map<Key, Histogram> series_;
};

// Appends "# HELP …", "# TYPE …" and one value, with `labels` if there are any. An empty `help`
// adds another value to the metric that was written before, without these two lines. `name`, `type`
// and `help` are the program's own and are not escaped.
void write_metric(std::string& out, std::string_view name, std::string_view type,
                  std::string_view help, double value, const Labels& labels = {});

}  // namespace penstock::http
