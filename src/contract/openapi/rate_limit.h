#pragma once

#include <cstdint>
#include <string>
#include <string_view>

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

  // This is the policy's name in the RateLimit headers: "default" for the document's, the path, or
  // the operation's id. It is unique in the contract, and may stand between the quotes of a
  // structured field's string as it is.
  std::string name;
  // So many are allowed in `seconds`, in the long run. It is at most 1e9.
  int64_t requests = 1;
  int64_t seconds = 1;  // At most 31 days.
  // So many at once; without a word in the document it is `requests`. It is at most 1e9.
  int64_t burst = 1;
  By by = By::principal;

  // Returns the limit as text, such as "100 in 60 s by principal" or "5 in 1 s, 20 at once, by
  // address".
  [[nodiscard]] std::string text() const;
};

// Returns the word of the document.
[[nodiscard]] std::string_view name_of(RateLimit::By by);

}  // namespace penstock::contract
