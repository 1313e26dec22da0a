#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "contract/expressions/attempt.h"
#include "contract/expressions/character_set.h"
#include "contract/expressions/reading.h"

namespace penstock::contract {

// This room reads regular expressions of ECMA-262, as JSON Schema wants them (core 6.4): with the
// meaning that the flag u gives them. What that flag calls a syntax error, and annex B of ECMA-262
// gives one meaning, is taken, too, because documents have it: \- and \_ outside of a class,
// [\w-.], a lone '{', '}' or ']'. A text is made of code points in any case.
//
// What only other dialects know is refused with a sentence that says what to write instead
// (foreign_syntax.h), also where annex B gives it a meaning that no author wants, such as an 'A'
// for \A. So are, although they are ECMA-262, look-around and back references.

// An Expression is a pattern as a tree. A leaf is a set of characters, of which a text must have
// one, or an assertion about the place between two characters.
struct Expression {
  enum Kind : uint8_t {
    empty,
    character,  // One character of `set`.
    sequence,
    choice,
    repeat,  // The only child, `min` to `max` times.
    text_start,
    text_end,
    line_start,
    line_end,
    word_edge,      // \b: between a character of \w and something else.
    not_word_edge,  // \B
    folded_word_edge,
    not_folded_word_edge,  // The same where (?i: holds, so that U+017F is a word, too.
  };
  static constexpr uint32_t kUnlimited = UINT32_MAX;
  // Groups are nested at most so deeply, and so is the tree, twice or three times.
  static constexpr int kDepthMax = 100;

  Kind kind = empty;
  CharacterSet set = {};
  std::vector<Expression> children = {};
  uint32_t min = 0;
  uint32_t max = 0;
};

// A ReadPattern is a pattern that was read, or the reason why it is refused.
struct ReadPattern {
  std::optional<Expression> expression = {};
  std::optional<PatternFault> fault = {};    // If there is no expression.
  std::optional<PatternFault> annex_b = {};  // What the flag u calls a syntax error.
};

// Reads a pattern.
[[nodiscard]] ReadPattern read_pattern(std::string_view pattern, Attempt& attempt);

// Returns whether the text is a regular expression of ECMA-262, in the way that read_pattern()
// reads it. Look-around and back references are.
[[nodiscard]] bool is_ecma_pattern(std::string_view text);

}  // namespace penstock::contract
