#pragma once

#include "contract/expressions/character_set.h"
#include "contract/expressions/reading.h"

namespace penstock::contract {

// A ClassSuspicion is what a class has that other dialects read otherwise. It is a fault if a lone
// ']' follows.
struct ClassSuspicion {
  size_t place = 0;
  std::string sentence = {};  // Empty if there is none.
};

// Reads a class, such as [^a-z\d], from its '['. With `fold` it also has what differs from its
// characters only in case. The first suspicion stays.
[[nodiscard]] CharacterSet take_class(ExpressionReading& reading, bool fold,
                                      ClassSuspicion& suspicion);

// Returns the set of one character, as take_class() does.
[[nodiscard]] CharacterSet one_character(ExpressionReading& reading, uint32_t point, bool fold);
// Adds to the set what differs from its characters only in case, if `fold` is true.
void fold_case(ExpressionReading& reading, CharacterSet& set, bool fold);

}  // namespace penstock::contract
