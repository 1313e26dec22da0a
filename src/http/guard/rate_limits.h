#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "contract/openapi/contract.h"
#include "http/server/message.h"
#include "rates/token_buckets.h"

namespace penstock::http {

// Counts the requests of a contract's rate limits (`x-penstock-rate`), each declaration with
// buckets of its own. The counts are those of this process.
class RateLimits {
 public:
  // All declarations together remember at most so many clients, some 12 MB.
  static constexpr size_t kKeysMax = 100'000;

  // `contract`, or what it is moved to, must outlive this object.
  explicit RateLimits(const contract::Contract& contract);

  // Says whether any operation has a limit.
  [[nodiscard]] bool used() const { return !limits_.empty(); }

  // Says what a request has left of its limit.
  struct Counted {
    const contract::RateLimit* limit = nullptr;  // Null if nothing was counted.
    rates::TokenBuckets::State state = {};
  };
  // Counts a request of the client `key`, which belongs to the `group` of TokenBuckets. It may go
  // on if `state.taken` is set.
  [[nodiscard]] Counted take(const contract::RateLimit& limit, std::string_view key,
                             rates::TokenBuckets::Time now, std::string_view group = {});

  // Returns when the client may send again, as Retry-After has it: at least one second.
  [[nodiscard]] static std::chrono::seconds retry_after(const Counted& counted);
  // Adds RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-11), unless nothing
  // was counted.
  static void add_headers(const Counted& counted, ResponseMessage& response);

  // Counts what has become of one declaration, for the metrics.
  struct Statistics {
    std::string_view name;
    uint64_t refused = 0;
    size_t clients = 0;  // That are remembered.
  };
  // Returns those of all declarations, by their names.
  [[nodiscard]] std::vector<Statistics> statistics() const;

 private:
  struct Limit {
    std::unique_ptr<rates::TokenBuckets> buckets;
    uint64_t refused = 0;
  };
  boost::unordered_flat_map<const contract::RateLimit*, Limit> limits_;
};

}  // namespace penstock::http
