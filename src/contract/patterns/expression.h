#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "contract/patterns/attempt.h"
#include "contract/patterns/character_set.h"

namespace penstock::contract {

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
    word_edge,  // Between an ASCII letter, digit or '_' and something else.
  };
  static constexpr uint32_t kUnlimited = UINT32_MAX;

  Kind kind = empty;
  CharacterSet set = {};
  std::vector<Expression> children = {};
  uint32_t min = 0;
  uint32_t max = 0;
};

// Reads a pattern that RE2 has accepted, with RE2's default options. Returns nothing if it has a
// construct that this reader does not know for certain, or is too long or nested too deeply to be
// worth it: then only RE2 can match it, and `attempt` says why.
[[nodiscard]] std::optional<Expression> read_expression(std::string_view pattern, Attempt& attempt);

}  // namespace penstock::contract
