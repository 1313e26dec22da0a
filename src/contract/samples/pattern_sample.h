#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace penstock::contract {

class Pattern;

// Returns a text in which the pattern is found, and which has `length_min` to `length_max` code
// points. Returns nothing if none is found; the text has at most 10,000 bytes. Every text is
// checked with the pattern before it is returned. With another `variant` it is another text, if
// there are several. It takes up to some milliseconds, so do not call it for each request.
[[nodiscard]] std::optional<std::string> sample_of(const Pattern& pattern, uint64_t length_min,
                                                   uint64_t length_max, unsigned variant = 0);

}  // namespace penstock::contract
