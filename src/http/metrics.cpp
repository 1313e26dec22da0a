#include "http/metrics.h"

#include <algorithm>

#include "base/number_text.h"

namespace penstock::http {
namespace {

constexpr std::array<std::string_view, 9> kMethods{"GET",   "HEAD",    "POST",  "PUT",    "DELETE",
                                                   "PATCH", "OPTIONS", "TRACE", "CONNECT"};

// Returns the method's name in static storage, or "_OTHER", so that clients cannot create series by
// inventing methods (OpenTelemetry, http.request.method).
std::string_view known_method(std::string_view method) {
  const auto found = std::find(kMethods.begin(), kMethods.end(), method);
  return found == kMethods.end() ? "_OTHER" : *found;
}

void append_help_and_type(std::string& out, std::string_view name, std::string_view type,
                          std::string_view help) {
  out.append("# HELP ").append(name).append(" ").append(help).append("\n");
  out.append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

}  // namespace

void Histogram::observe(double seconds) {
  const auto bound = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
  ++counts_[static_cast<size_t>(bound - kBounds.begin())];
  sum_ += seconds;
}

void Histogram::write(std::string& out, std::string_view name, const std::string& labels) const {
  uint64_t total = 0;
  for (size_t i = 0; i < counts_.size(); ++i) {
    total += counts_[i];
    out.append(name).append("_bucket{").append(labels).append(",le=\"");
    if (i < kBounds.size()) {
      base::append_number(out, kBounds[i]);
    } else {
      out += "+Inf";
    }
    out.append("\"} ").append(std::to_string(total)).append("\n");
  }
  out.append(name).append("_sum{").append(labels).append("} ");
  base::append_number(out, sum_);
  out.append("\n").append(name).append("_count{").append(labels).append("} ");
  out.append(std::to_string(total)).append("\n");
}

void RequestMetrics::observe(std::string_view method, std::string_view route, unsigned status,
                             std::chrono::steady_clock::duration duration) {
  series_[{known_method(method), route, status}].observe(
      std::chrono::duration<double>(duration).count());
}

void RequestMetrics::write(std::string& out) const {
  static constexpr std::string_view kName = "http_server_request_duration_seconds";
  append_help_and_type(out, kName, "histogram", "Duration of HTTP server requests.");
  for (const auto& [key, histogram] : series_) {
    const auto& [method, route, status] = key;
    std::string labels = "http_request_method=\"" + std::string(method) +
                         "\",http_response_status_code=\"" + std::to_string(status) + "\"";
    if (!route.empty()) labels += ",http_route=\"" + std::string(route) + "\"";
    histogram.write(out, kName, labels);
  }
}

void write_metric(std::string& out, std::string_view name, std::string_view type,
                  std::string_view help, double value, std::string_view labels) {
  if (!help.empty()) append_help_and_type(out, name, type, help);
  out += name;
  if (!labels.empty()) out.append("{").append(labels).append("}");
  out += ' ';
  base::append_number(out, value);
  out += '\n';
}

}  // namespace penstock::http
