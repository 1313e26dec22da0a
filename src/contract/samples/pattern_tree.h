#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contract/expressions/expression.h"

namespace penstock::contract {

// A sample has at most this many bytes, and so at most as many code points.
constexpr uint64_t kSampleMax = 10'000;
// This length means that there is no text, or none that is short enough.
constexpr uint64_t kNever = kSampleMax + 1;

// A PatternNode is a part of a pattern, with the lengths of the texts that it can make. A class of
// characters, such as [a-z], is the text of one of them.
struct PatternNode {
  enum Kind { text, sequence, choice, repeat };

  Kind kind = text;
  // The lengths are in code points, and at most kNever.
  uint64_t min = 0;
  uint64_t max = 0;
  std::string characters = {};             // The text, in UTF-8: one character, or nothing.
  std::vector<PatternNode> children = {};  // The parts of the other kinds; a repeat has one.
  uint64_t count_min = 0;                  // How often a repeat repeats its child.
  uint64_t count_max = 0;
};

// Returns the texts that a pattern can make. Assertions are ignored, so a text of the tree may not
// match the pattern.
[[nodiscard]] PatternNode texts_of(const Expression& expression);

}  // namespace penstock::contract
