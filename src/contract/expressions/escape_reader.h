#pragma once

#include <cstdint>

#include "contract/expressions/character_set.h"
#include "contract/expressions/reading.h"

namespace penstock::contract {

// An Escape is what a '\' and the characters after it stand for: one character, or several.
struct Escape {
  bool is_class = false;
  uint32_t point = 0;
  CharacterSet set = {};  // If it is a class, such as \d or \p{L}.
};

// Reads an escape that stands for characters, from its '\'. Within a class \b is a backspace. With
// `fold`, where (?i: holds, \W is without what differs from a word's characters only in case.
[[nodiscard]] Escape take_escape(Reading& reading, bool in_class, bool fold);
// Reads what follows "\u": four digits, eight that are a surrogate pair with a "\u" between them,
// or any number of digits in braces. Fails with a sentence about `place` if it is none of these.
[[nodiscard]] uint32_t take_unicode_escape(Reading& reading, size_t place);

// Returns the characters that \w matches. With `fold` these are also U+017F and U+212A, which
// differ from 's' and 'k' only in case.
[[nodiscard]] CharacterSet word_characters(bool fold);
// Returns ECMA-262's LineTerminators, which '.' does not match.
[[nodiscard]] CharacterSet line_terminators();

}  // namespace penstock::contract
