#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <utility>

#include "base/result.h"
#include "base/time_text.h"

namespace penstock::kafka {

// Knows when the certificates expire that brokers have shown: their own, and those that sign it, up
// to the root. OpenSSL shows them to it at each new connection and decides itself whether they are
// valid. All threads may use it. A broker that is gone counts with what it has shown last.
class BrokerCertificates {
 public:
  // Of so many certificates the end is kept. A cluster has fewer brokers, with a few each.
  static constexpr size_t kEntriesMax = 1000;

  // Makes the clients that `conf` will make show the certificates to this object, which must
  // outlive them. It takes the place of conf's opaque pointer. Fails with `internal` if librdkafka
  // was built without TLS.
  [[nodiscard]] base::Result<> watch(rd_kafka_conf_t* conf);

  // Takes one certificate in DER: the broker's own at depth 0. What cannot be read is ignored.
  void shown(int32_t broker, int depth, std::span<const unsigned char> der);

  // Returns when the first of them expires, or nothing if none was shown.
  [[nodiscard]] std::optional<base::SystemTime> first_end() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<int32_t, int>, base::SystemTime> ends_;  // By broker and depth.
};

}  // namespace penstock::kafka
