#pragma once

#include <cstddef>
#include <string>

namespace penstock::local {

// Returns random hexadecimal digits, in lower case.
[[nodiscard]] std::string random_hex(size_t digits);
// Returns a random UUID of version 4, like Lambda's request ids.
[[nodiscard]] std::string random_uuid();

}  // namespace penstock::local
