#include "local/filter/caseless_text.h"

#include <boost/spirit/home/support/char_encoding/unicode.hpp>

#include "base/utf8.h"

namespace penstock::local {
namespace {

using Unicode = boost::spirit::char_encoding::unicode;

// Takes the first character from a text that is not empty.
char32_t take_character(std::string_view& text) {
  const auto size = static_cast<size_t>(base::utf8_length(text));
  const auto first = static_cast<unsigned char>(text.front());
  if (size <= 1) {  // ASCII, or no UTF-8.
    text.remove_prefix(1);
    return first;
  }
  char32_t character = first & (0x7FU >> size);
  for (size_t i = 1; i < size; ++i) {
    character = (character << 6) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  text.remove_prefix(size);
  return character;
}

}  // namespace

CaselessText::CaselessText(std::string_view text) {
  while (!text.empty()) {
    const char32_t character = take_character(text);
    characters_.emplace_back(Unicode::tolower(character), Unicode::toupper(character));
  }
}

bool CaselessText::equals(std::string_view text) const {
  for (const auto& [lower, upper] : characters_) {
    if (text.empty()) return false;
    const char32_t character = take_character(text);
    if (character != lower && character != upper) return false;
  }
  return text.empty();
}

}  // namespace penstock::local
