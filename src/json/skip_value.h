#pragma once

#include <cstddef>

#include "json/text_tokens.h"

namespace penstock::json {

// Checks one JSON value and builds nothing. The value begins at `at`, or behind spaces there.
// Returns where it ends, or null to give up: at a mistake, and at what is rare. Rare are a number
// that Tokens::read_number() gives up at, an escape in a key, and arrays and objects that are
// nested more than `depth_max` deep, or more than 64. What this function accepts is JSON (RFC 8259,
// in UTF-8); a property that comes twice is not noticed.
[[nodiscard]] const char* skip_value(const Tokens& tokens, const char* at, size_t depth_max);

}  // namespace penstock::json
