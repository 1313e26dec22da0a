#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "metrics/metric_text.h"
#include "resources/start.h"
#include "upstream/upstream_client.h"

namespace penstock::upstream {

// Counts what clients do with one upstream. Clients of one name and address share it.
class UpstreamCounts {
 public:
  // Is what one client has at the moment.
  struct Gauges {
    size_t active = 0;  // Connections with a request.
    size_t idle = 0;    // Kept connections.
    size_t waiting = 0;
    bool open = false;  // The circuit.
  };
  using Look = std::function<Gauges()>;

  // Counts an attempt that has ended.
  void attempted(std::string_view method, const base::Result<Response>& result,
                 std::chrono::steady_clock::duration time);
  void retried() { ++retries_; }
  void circuit_opened() { ++circuit_opened_; }

  // `look` is called until forget() with the returned value.
  [[nodiscard]] std::list<Look>::iterator add(Look look) {
    return looks_.insert(looks_.end(), std::move(look));
  }
  void forget(std::list<Look>::iterator look) { looks_.erase(look); }

  // A further series counts as one with the method _OTHER and without a status, so that an upstream
  // cannot make series without end.
  static constexpr size_t kSeriesMax = 64;

 private:
  friend class UpstreamMetrics;
  struct Key {
    std::string_view method;
    unsigned status;         // 0 if there was none.
    std::string_view error;  // Why there was none.
    auto operator<=>(const Key&) const = default;
  };

  [[nodiscard]] Gauges gauges() const;

  std::map<Key, metrics::Histogram> series_;
  uint64_t retries_ = 0;
  uint64_t circuit_opened_ = 0;
  std::list<Look> looks_;
};

// Writes the counts of all upstreams of one service's resources, each metric once.
class UpstreamMetrics {
 public:
  // Returns the one of these resources.
  [[nodiscard]] static std::shared_ptr<UpstreamMetrics> of(const resources::Start& start);

  // Returns the counts of an upstream, which live as long as the metrics.
  [[nodiscard]] UpstreamCounts& counts(const std::string& name, const std::string& address,
                                       uint16_t port);
  void write(std::string& out) const;

 private:
  struct Name {
    std::string upstream;
    std::string address;
    uint16_t port;
    auto operator<=>(const Name&) const = default;
  };
  static metrics::Labels labels_of(const Name& name);
  void write_durations(std::string& out) const;

  std::map<Name, UpstreamCounts> upstreams_;
};

}  // namespace penstock::upstream
