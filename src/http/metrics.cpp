#include "http/metrics.h"

#include <algorithm>
#include <array>

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

}  // namespace

void RequestMetrics::observe(const RequestMessage& request, std::string_view route, unsigned status,
                             std::chrono::steady_clock::duration duration) {
  series_[{.method = known_method(request.method()),
           .route = route,
           .status = status,
           .https = request.header("x-forwarded-proto") == "https",
           .http_1_0 = request.http_1_0}]
      .observe(std::chrono::duration<double>(duration).count());
}

void RequestMetrics::write(std::string& out) const {
  static constexpr std::string_view kName = "http_server_request_duration_seconds";
  Histogram::write_head(out, kName, "Duration of HTTP server requests.");
  for (const auto& [key, histogram] : series_) {
    Labels labels;
    if (key.status >= 500) labels.add("error_type", std::to_string(key.status));
    labels.add("http_request_method", key.method)
        .add("http_response_status_code", std::to_string(key.status));
    if (!key.route.empty()) labels.add("http_route", key.route);
    labels.add("network_protocol_version", key.http_1_0 ? "1.0" : "1.1")
        .add("url_scheme", key.https ? "https" : "http");
    histogram.write(out, kName, labels);
  }
}

}  // namespace penstock::http
