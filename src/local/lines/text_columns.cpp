#include "local/lines/text_columns.h"

#include <algorithm>

#include "base/utf8.h"

namespace penstock::local {
namespace {

constexpr std::string_view kCut = "…";

// U+1100 is the first character that takes two columns (Unicode's annex 11), and U+231A the first
// behind U+2000. The order of characters is that of their bytes in UTF-8.
constexpr std::string_view kFirstWide = "\u1100";
constexpr std::string_view kFirstNarrow = "\u2000";
constexpr std::string_view kLastNarrow = "\u22ff";

// Returns how many bytes the first character of the text has. What is not UTF-8 is one byte long.
size_t first_bytes(std::string_view text) {
  return static_cast<size_t>(std::max(base::utf8_length(text), 1));
}

size_t columns_of_one(std::string_view character) {
  if (character < kFirstWide) return 1;
  return character >= kFirstNarrow && character <= kLastNarrow ? 1 : 2;
}

}  // namespace

bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

size_t columns_of(std::string_view text) {
  if (is_printable_ascii(text)) return text.size();
  size_t columns = 0;
  while (!text.empty()) {
    const std::string_view next = text.substr(0, first_bytes(text));
    columns += columns_of_one(next);
    text.remove_prefix(next.size());
  }
  return columns;
}

std::string cut_to_columns(std::string_view text, size_t columns_max) {
  size_t columns = 0;
  size_t cut = 0;  // How many bytes leave room for the mark.
  for (size_t at = 0; at < text.size();) {
    const std::string_view next = text.substr(at, first_bytes(text.substr(at)));
    columns += columns_of_one(next);
    if (columns > columns_max) {
      return columns_max == 0 ? "" : std::string(text.substr(0, cut)).append(kCut);
    }
    at += next.size();
    if (columns < columns_max) cut = at;
  }
  return std::string(text);
}

}  // namespace penstock::local
