#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::contract {

// Returns a text in which the RE2 pattern is found, between `length_min` and `length_max` code
// points long; nothing if none was found. For mocks: each text is checked with RE2 before it is
// returned, so it never lies. It compiles expressions as it goes: not for the path of a request.
[[nodiscard]] std::optional<std::string> sample_of(std::string_view pattern, uint64_t length_min,
                                                   uint64_t length_max);

}  // namespace penstock::contract
