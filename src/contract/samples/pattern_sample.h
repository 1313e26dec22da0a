#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "contract/patterns/pattern.h"

namespace penstock::contract {

// Returns a text in which the pattern is found, and which has `length_min` to `length_max` code
// points. Returns nothing if none is found; the pattern may have at most 4096 bytes, and the text
// 10,000. Every text is matched before it is returned. The function reads the pattern and tries
// many texts, so do not call it for each request.
[[nodiscard]] std::optional<std::string> sample_of(const Pattern& pattern, uint64_t length_min,
                                                   uint64_t length_max);

}  // namespace penstock::contract
