#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace penstock::http {

// Says why a server answered a client with 503, or closed its connection at once, before any
// service saw a request.
enum class RefusalReason {
  connections_max,  // Limits::connections_max connections are open, and none may be replaced.
  descriptors,      // The process has no descriptor to spare.
  buffered_bytes,   // The budget of bytes over all connections is used up.
};
inline constexpr std::array<std::string_view, 3> kRefusalReasons{"connections_max", "descriptors",
                                                                 "buffered_bytes"};

// Says why a server cut a connection that its client had not ended.
enum class CutReason {
  header_timeout,
  body_timeout,
  write_timeout,
  idle_timeout,
  replaced,  // A new connection took its place.
  drain,     // The drain was over.
};
inline constexpr std::array<std::string_view, 6> kCutReasons{
    "header_timeout", "body_timeout", "write_timeout", "idle_timeout", "replaced", "drain"};

// Counts what a server has done with connections since its start, apart from the requests that it
// has answered.
struct ServerStatistics {
  size_t connections = 0;  // Open now.
  uint64_t accepted = 0;
  uint64_t accept_errors = 0;
  size_t buffered_bytes = 0;  // What requests and answers hold in memory now, over all connections.
  std::array<uint64_t, kRefusalReasons.size()> refused{};  // By RefusalReason.
  std::array<uint64_t, kCutReasons.size()> cut{};          // By CutReason.
};

}  // namespace penstock::http
