#pragma once

#include <cstdint>
#include <string>

namespace penstock::contract {

// A RateLimit is the extension `x-penstock-rate` of the document, a path or an operation: how often
// each client may call. The nearest one counts, as a whole. The operations that share a declaration
// share its counts.
struct RateLimit {
  enum class By : uint8_t {
    principal,  // Who has authenticated, and for an anonymous client its address.
    address,
    everyone,  // All clients together.
  };

  std::string name;      // Of the policy in the RateLimit headers; unique in the contract.
  int64_t requests = 1;  // So many are allowed in `seconds`, in the long run.
  int64_t seconds = 1;
  int64_t burst = 1;  // So many at once; without a word in the document it is `requests`.
  By by = By::principal;
};

}  // namespace penstock::contract
