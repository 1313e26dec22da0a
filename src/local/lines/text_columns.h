#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace penstock::local {

// These functions count what a text takes on a terminal, in columns. The text is printable UTF-8
// (base::printable). A character counts as two columns from U+1100 on, but for U+2000 to U+22FF,
// where arrows are, and as one otherwise. Some take less than that, but none takes more, so that no
// line gets wider than it is said to be.

// Says whether all characters are of ASCII and printable. Most lines are, and are ready so.
[[nodiscard]] bool is_printable_ascii(std::string_view text);
// Returns how many columns the text takes at most.
[[nodiscard]] size_t columns_of(std::string_view text);
// Returns the text if it takes at most `columns_max`, or else its beginning and "…", which do.
[[nodiscard]] std::string cut_to_columns(std::string_view text, size_t columns_max);

}  // namespace penstock::local
