#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/server/server.h"

namespace penstock::conformance {

// Says what a reader makes of a request.
struct Outcome {
  char verdict = 'i';  // 'a': accepted, 'r': refused, 'i': incomplete.
  std::string reason = {};
  // The rest is of an accepted request.
  std::string method = {};
  std::string target = {};
  std::string host = {};
  bool keeps_alive = false;
  std::string fields = {};  // Lines of NAME:VALUE, sorted by the names, which are in lower case.
  std::string body = {};
  std::string trailers = {};
  uint64_t taken = 0;  // The bytes of the request; the next one begins behind them.

  bool operator==(const Outcome&) const = default;
};

// Gives the text to Penstock's parser, in pieces of random sizes up to `piece_max`.
[[nodiscard]] Outcome read_request(std::string_view text, size_t piece_max, uint64_t seed);

// Returns how both differ, as a kind: "accepted / accepted: host", "refused: REASON / accepted",
// and so on. It is empty if they agree. Two refusals agree, whatever their reasons are.
[[nodiscard]] std::string difference(const Outcome& ours, const Outcome& theirs);

}  // namespace penstock::conformance
