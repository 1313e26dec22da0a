#pragma once

#include <string_view>

namespace penstock::contract {

// Returns whether the text is a regular expression of ECMA-262 with the flag `u`, as JSON Schema
// core 2020-12 section 6.4 recommends it. It has the contract of Format::matches (formats.h). The
// names of Unicode properties are only checked for their characters. A group's name may occur twice
// if the expression has alternatives.
[[nodiscard]] bool is_regex(std::string_view text);

}  // namespace penstock::contract
