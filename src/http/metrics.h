#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

namespace penstock::http {

// A histogram of durations with the bounds that OpenTelemetry advises for HTTP (semantic
// conventions, "HTTP metrics").
class Histogram {
 public:
  static constexpr std::array<double, 14> kBounds{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25,
                                                  0.5,   0.75, 1,     2.5,  5,     7.5, 10};

  void observe(double seconds);
  // Appends the series of one set of labels ("a=\"b\",c=\"d\"") in Prometheus' text format.
  void write(std::string& out, std::string_view name, const std::string& labels) const;

 private:
  std::array<uint64_t, kBounds.size() + 1> counts_{};
  double sum_ = 0;
};

// `http.server.request.duration` by method, route template and status. One thread.
class RequestMetrics {
 public:
  void observe(std::string_view method, std::string_view route, unsigned status,
               std::chrono::steady_clock::duration duration);
  void write(std::string& out) const;

 private:
  // Few: methods that are not standard count as _OTHER, and routes are the contract's.
  std::map<std::tuple<std::string_view, std::string_view, unsigned>, Histogram> series_;
};

// "# HELP …", "# TYPE …" and one value without labels, or with `labels` if given.
void write_metric(std::string& out, std::string_view name, std::string_view type,
                  std::string_view help, double value, std::string_view labels = {});

}  // namespace penstock::http
