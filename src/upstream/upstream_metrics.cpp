#include "upstream/upstream_metrics.h"

#include <algorithm>
#include <array>

namespace penstock::upstream {
namespace {

using base::ErrorCode;
using metrics::Histogram;
using metrics::Labels;
using metrics::write_metric;

constexpr std::string_view kOther = "_OTHER";

// Returns the method's name in static storage (OpenTelemetry, http.request.method).
std::string_view known_method(std::string_view method) {
  static constexpr std::array<std::string_view, 8> kMethods{"GET",    "HEAD",  "POST",    "PUT",
                                                            "DELETE", "PATCH", "OPTIONS", "TRACE"};
  const auto* found = std::find(kMethods.begin(), kMethods.end(), method);
  return found == kMethods.end() ? kOther : *found;
}

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::timed_out:
      return "timed_out";
    case ErrorCode::too_large:
      return "too_large";
    case ErrorCode::invalid:
      return "invalid";
    default:
      return "unavailable";
  }
}

}  // namespace

void UpstreamCounts::attempted(std::string_view method, const base::Result<Response>& result,
                               std::chrono::steady_clock::duration time) {
  Key key{.method = known_method(method), .status = 0, .error = {}};
  if (!result) {
    key.error = name_of(result.error().code);
  } else if (result->status < 600) {
    key.status = result->status;
  }
  if (series_.size() >= kSeriesMax && !series_.contains(key)) {
    key = {.method = kOther, .status = 0, .error = {}};
  }
  series_[key].observe(std::chrono::duration<double>(time).count());
}

UpstreamCounts::Gauges UpstreamCounts::gauges() const {
  Gauges sum;
  for (const Look& look : looks_) {
    const Gauges one = look();
    sum.active += one.active;
    sum.idle += one.idle;
    sum.waiting += one.waiting;
    sum.open = sum.open || one.open;
  }
  return sum;
}

std::shared_ptr<UpstreamMetrics> UpstreamMetrics::of(const resources::Start& start) {
  return start.registry.shared<UpstreamMetrics>([&start] {
    auto made = std::make_shared<UpstreamMetrics>();
    start.registry.add_metrics([living = std::weak_ptr(made)](std::string& out) {
      if (const auto metrics = living.lock()) metrics->write(out);
    });
    return made;
  });
}

UpstreamCounts& UpstreamMetrics::counts(const std::string& name, const std::string& address,
                                        uint16_t port) {
  return upstreams_[{name, address, port}];
}

Labels UpstreamMetrics::labels_of(const Name& name) {
  Labels labels;
  labels.add("server_address", name.address)
      .add("server_port", std::to_string(name.port))
      .add("upstream", name.upstream);
  return labels;
}

void UpstreamMetrics::write_durations(std::string& out) const {
  static constexpr std::string_view kName = "http_client_request_duration_seconds";
  Histogram::write_head(out, kName, "Duration of HTTP client requests, each attempt by itself.");
  for (const auto& [name, counts] : upstreams_) {
    for (const auto& [key, histogram] : counts.series_) {
      Labels labels;
      if (key.status >= 400) labels.add("error_type", std::to_string(key.status));
      if (key.status == 0) labels.add("error_type", key.error.empty() ? kOther : key.error);
      labels.add("http_request_method", key.method);
      if (key.status > 0) labels.add("http_response_status_code", std::to_string(key.status));
      labels.add("server_address", name.address)
          .add("server_port", std::to_string(name.port))
          .add("upstream", name.upstream);
      histogram.write(out, kName, labels);
    }
  }
}

void UpstreamMetrics::write(std::string& out) const {
  write_durations(out);
  std::string_view help = "Connections to an upstream, with a request (active) or kept (idle).";
  for (const auto& [name, counts] : upstreams_) {
    const auto now = counts.gauges();
    for (const auto& [state, value] : {std::pair("active", now.active), {"idle", now.idle}}) {
      Labels labels = labels_of(name);
      labels.add("state", state);
      write_metric(out, "penstock_upstream_connections", "gauge", help, static_cast<double>(value),
                   labels);
      help = {};
    }
  }
  struct Metric {
    const char* name;
    const char* type;
    const char* help;
    double (*value)(const UpstreamCounts& counts, const UpstreamCounts::Gauges& now);
  };
  using Counts = UpstreamCounts;
  static constexpr std::array<Metric, 4> kMetrics{{
      {"penstock_upstream_waiting", "gauge", "Requests that wait for a connection.",
       [](const Counts&, const Counts::Gauges& now) { return static_cast<double>(now.waiting); }},
      {"penstock_upstream_circuit_open", "gauge",
       "1 while an upstream that has failed is not asked.",
       [](const Counts&, const Counts::Gauges& now) { return now.open ? 1.0 : 0.0; }},
      {"penstock_upstream_circuit_opened_total", "counter",
       "How often an upstream has failed so often that it was not asked for a while.",
       [](const Counts& all, const Counts::Gauges&) {
         return static_cast<double>(all.circuit_opened_);
       }},
      {"penstock_upstream_retries_total", "counter", "Attempts after the first of a request.",
       [](const Counts& all, const Counts::Gauges&) { return static_cast<double>(all.retries_); }},
  }};
  for (const Metric& metric : kMetrics) {
    help = metric.help;
    for (const auto& [name, counts] : upstreams_) {
      write_metric(out, metric.name, metric.type, help, metric.value(counts, counts.gauges()),
                   labels_of(name));
      help = {};
    }
  }
}

}  // namespace penstock::upstream
