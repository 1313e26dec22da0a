#include "jose/algorithm.h"

#include <array>
#include <utility>

namespace penstock::jose {

namespace {

// These are in the order of the enumeration. Names are case-sensitive (RFC 7515 section 4.1.1).
constexpr std::array<std::string_view, 10> kNames = {"RS256", "RS384", "RS512", "PS256", "PS384",
                                                     "PS512", "ES256", "ES384", "ES512", "EdDSA"};
static_assert(kNames.size() == static_cast<size_t>(Algorithm::eddsa) + 1);

}  // namespace

std::optional<Algorithm> algorithm_named(std::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Algorithm>(i);
  }
  // RFC 9864 gives EdDSA with Ed25519 a name of its own.
  if (name == "Ed25519") return Algorithm::eddsa;
  return std::nullopt;
}

std::string_view name_of(Algorithm algorithm) {
  return kNames[static_cast<size_t>(algorithm)];
}

}  // namespace penstock::jose
