#pragma once

#include <cstddef>
#include <string>

namespace penstock::local {

// Random hexadecimal digits, in lower case.
[[nodiscard]] std::string random_hex(size_t digits);
// A UUID of version 4, as Lambda's request ids are.
[[nodiscard]] std::string random_uuid();

}  // namespace penstock::local
