#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace penstock::local {

// Says how bytes go in one direction of a link. By default they go at once.
struct Flow {
  bool held = false;                     // Bytes wait until this is false again.
  std::chrono::milliseconds latency{0};  // How long each part that arrives waits.
  size_t bytes_per_second = 0;           // 0: there is no limit.
  size_t slice_bytes = 0;                // The largest write. 0: there is no limit.
};

// Says what is wrong with a link. By default nothing is.
struct LinkFaults {
  bool refuses = false;  // New connections are refused, as if nothing listened.
  Flow requests = {};    // From the client to the server.
  Flow answers = {};     // From the server to the client.
  // How many answers are still to be dropped. As each arrives, its connection is reset.
  int answers_cut = 0;
  // This is how many answers of each connection pass before one may be cut: those of a handshake.
  int answers_spared = 0;
};

// Counts what a link has seen.
struct LinkCounts {
  uint64_t connections = 0;
  uint64_t cut = 0;     // Connections that the relay has reset, for any reason.
  uint64_t writes = 0;  // In both directions.
  uint64_t request_bytes = 0;
  uint64_t answer_bytes = 0;
};

}  // namespace penstock::local
