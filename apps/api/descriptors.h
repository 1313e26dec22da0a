#pragma once

#include <cstdint>

#include "base/result.h"

namespace penstock::apps {

inline constexpr int64_t kAdminConnectionsMax = 32;
// The API may have this open besides its clients' connections: three descriptors for each of
// Kafka's brokers, the sources of credentials, the admin port's connections, and what both servers
// add (http::Server::kExtraDescriptors).
inline constexpr int64_t kReservedDescriptors = 512;
// With fewer than this the API would fail at its first requests.
inline constexpr int64_t kDescriptorsLeast = 64;

// Says how many descriptors the process may have, and how many clients that is enough for.
struct Descriptors {
  int64_t limit = 0;
  int64_t connections_max = 0;  // At most what was asked for.
};

// Raises the soft limit of open files (RLIMIT_NOFILE) to what so many connections need, as far as
// the hard limit allows. Fails with `unavailable` if that is not enough for any.
[[nodiscard]] base::Result<Descriptors> raise_descriptors(int64_t connections_max);

}  // namespace penstock::apps
