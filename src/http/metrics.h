#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "http/server/message.h"
#include "metrics/metric_text.h"

namespace penstock::http {

using metrics::Histogram;
using metrics::Labels;
using metrics::write_metric;

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

}  // namespace penstock::http
