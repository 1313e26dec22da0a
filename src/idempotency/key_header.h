#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::idempotency {

// A key has at most this many characters, as Stripe's have.
inline constexpr size_t kKeyBytesMax = 255;

// Returns the key of the value of an `Idempotency-Key` header: a string of RFC 8941 (section
// 3.3.3), in quotes, as the draft says, or the bare characters, as most clients send them. Both
// are the same key. A bare key has visible ASCII without quotes, commas, semicolons and
// backslashes. Fails with `invalid`, and with `too_large` for a key that is too long; the message
// quotes nothing of the value.
[[nodiscard]] base::Result<std::string> key_of(std::string_view value);

}  // namespace penstock::idempotency
