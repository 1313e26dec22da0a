#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace penstock::base {

// Makes one line of a text from outside (a document, a record, an answer, a file), so that it can
// be part of a message without looking like another line and without steering the terminal. These
// are written byte by byte as "\x1b": control characters (C0, DEL, C1), what ends a line or changes
// the direction of writing (U+2028, U+2029, and the bidirectional marks, embeddings, overrides and
// isolates of Unicode's annex 9), U+FEFF, and bytes that are not UTF-8. All else, a backslash too,
// stays as it is. The result is UTF-8 of at most `bytes_max` bytes; a longer one is cut between two
// characters and ends with "…".
[[nodiscard]] std::string printable(std::string_view text, size_t bytes_max);

}  // namespace penstock::base
