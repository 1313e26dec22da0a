#pragma once

#include <string_view>

#include "contract/expressions/attempt.h"
#include "contract/expressions/character_set.h"

namespace penstock::contract {

// RE2's tables say which characters a property has and which ones differ only in case. They are
// found out by letting RE2 read the characters, and kept for the whole process: Unicode has some
// two hundred properties, and each takes RE2 about 20 ms once. Several threads may call these
// functions.

// Returns the characters of RE2's \p{name}, or null if RE2 does not know the name. The set is never
// destroyed.
[[nodiscard]] const CharacterSet* re2_property(std::string_view name);

// Adds to the set, which must be tidy, what (?i: adds to it: each character that differs from one
// of the set only in case (Unicode's simple case folding, which RE2 and ECMA-262 share). Returns
// false if `attempt` has no visits left for that.
[[nodiscard]] bool add_case_variants(CharacterSet& set, Attempt& attempt);

}  // namespace penstock::contract
