#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "contract/expressions/attempt.h"
#include "contract/expressions/character_set.h"
#include "contract/expressions/expression.h"

namespace penstock::contract {

// A Part is an instruction of a nondeterministic automaton.
struct Part {
  enum Op : uint8_t { character, assertion, split, accept };

  Op op = accept;
  Expression::Kind assertion_kind = Expression::empty;
  uint32_t set = 0;  // The index of the set of characters.
  uint32_t next = 0;
  uint32_t other = 0;  // The second way of a split.
};

// An AutomatonProgram is an expression as parts, with each repetition written out. The first part
// is the one that accepts.
struct AutomatonProgram {
  static constexpr size_t kPartsMax = 32'768;
  static constexpr size_t kSetsMax = 512;

  std::vector<Part> parts;
  uint32_t start = 0;
  std::map<CharacterSet, uint32_t> sets;  // The index of each set.
  // What assertions ask for is among the sets, so that it is told apart.
  bool asks_for_words = false;         // There is a word_edge, or what is like it.
  bool asks_for_folded_words = false;  // There is a folded one.
  bool asks_for_lines = false;         // There is a line_start or line_end.
};

// Returns nothing if the program would exceed a bound, or takes too many visits.
[[nodiscard]] std::optional<AutomatonProgram> write_program(const Expression& expression,
                                                            Attempt& attempt);

}  // namespace penstock::contract
