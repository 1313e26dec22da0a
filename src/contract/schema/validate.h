#pragma once

#include <boost/json/fwd.hpp>
#include <string_view>

#include "contract/schema/violation.h"

namespace penstock::contract {

struct Schema;

// Who sends the value: properties that are read-only are no part of a request, those that are
// write-only none of a response (OpenAPI 3.0.3 section 4.7.24.1).
enum class Direction { neither, request, response };

// Adds to `violations`, up to kViolationsMax, what in `value` breaks the schema. `in` is of static
// storage: "query", "body"; `name` is what the places start with: a parameter's name, or nothing.
void validate(const Schema& schema, const boost::json::value& value, std::string_view in,
              std::string_view name, Direction direction, Violations& violations);
// Says the same without saying what is wrong; it stops at the first violation and allocates
// nothing.
[[nodiscard]] bool is_valid(const Schema& schema, const boost::json::value& value,
                            Direction direction = Direction::neither);

// Whether a text can be held against the schema without making a JSON value of it: the schema
// allows strings alone, and has only rules for strings and an `enum`.
[[nodiscard]] bool is_plain_string(const Schema& schema);
// As validate(), for a text and a schema of which is_plain_string() is true.
void validate_text(const Schema& schema, std::string_view text, std::string_view in,
                   std::string_view name, Violations& violations);

}  // namespace penstock::contract
