#pragma once

#include "base/result.h"
#include "base/wiped_text.h"

namespace penstock::apps {

// A password has so many characters at least (NIST SP 800-63B section 5.1.1.2).
inline constexpr size_t kPasswordLengthMin = 8;

// Reads a password: twice from the terminal, which does not show it, or else the first line of
// standard input. Fails with `invalid` if it is too short or too long, is not UTF-8, or has control
// characters, which clients cannot send (RFC 7617 section 2); or if the two are not the same.
[[nodiscard]] base::Result<base::WipedText> read_password();

}  // namespace penstock::apps
