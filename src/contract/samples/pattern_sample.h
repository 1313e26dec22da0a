#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::contract {

// Returns a text in which the RE2 pattern is found, and which has `length_min` to `length_max` code
// points. Returns nothing if none is found; the pattern may have at most 4096 bytes, and the text
// 10,000. Every text is checked with RE2 before it is returned. The function compiles many
// expressions, so do not call it for each request.
[[nodiscard]] std::optional<std::string> sample_of(std::string_view pattern, uint64_t length_min,
                                                   uint64_t length_max);

}  // namespace penstock::contract
