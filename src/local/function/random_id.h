#pragma once

#include <cstddef>
#include <string>

namespace penstock::local {

[[nodiscard]] std::string random_hex(size_t digits);
// A version 4 UUID, as Lambda's request ids are.
[[nodiscard]] std::string random_uuid();

}  // namespace penstock::local
