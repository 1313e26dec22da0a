#pragma once

#include <optional>
#include <string_view>

#include "contract/patterns/attempt.h"
#include "contract/patterns/character_set.h"

namespace penstock::contract {

// These functions read the classes of a pattern that RE2 has accepted, as RE2 does (its syntax
// page, and its parse.cc for what that page leaves open). With `fold` a class also has what differs
// from its characters only in case. They return nothing for a construct that they do not know for
// certain, or if `attempt` has too few visits left.

// Returns the characters that \w matches: ASCII letters, digits and '_'.
[[nodiscard]] CharacterSet word_characters();

// Removes an escape that stands for characters, such as \d, \pL, \x41 or \., from the front.
[[nodiscard]] std::optional<CharacterSet> take_escape(std::string_view& rest, bool fold,
                                                      Attempt& attempt);
// Removes a bracket, such as [^a-z\d[:space:]], from the front.
[[nodiscard]] std::optional<CharacterSet> take_bracket(std::string_view& rest, bool fold,
                                                       Attempt& attempt);
// Removes one character, which stands for itself, from the front.
[[nodiscard]] std::optional<CharacterSet> take_literal(std::string_view& rest, bool fold,
                                                       Attempt& attempt);

}  // namespace penstock::contract
