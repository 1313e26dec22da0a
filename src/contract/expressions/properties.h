#pragma once

#include <string_view>

#include "contract/expressions/character_set.h"

namespace penstock::contract {

// Returns the characters of a property that ECMA-262 knows: \p{value}, for which `name` is empty,
// or \p{name=value}. Names and values are those of Unicode, and short ones are known, too: general
// categories, scripts, and a few properties of yes and no (docs/contract/texts.md). The characters
// are those of RE2's tables, whose version of Unicode may be older than a browser's. Returns null
// for others. A set is never destroyed. Several threads may call it.
[[nodiscard]] const CharacterSet* find_property(std::string_view name, std::string_view value);

// Returns whether ECMA-262 knows the property, and RE2's tables do not have it, such as Emoji.
[[nodiscard]] bool is_property_without_table(std::string_view name, std::string_view value);

}  // namespace penstock::contract
