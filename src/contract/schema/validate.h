#pragma once

#include <boost/json/fwd.hpp>
#include <cstddef>
#include <string_view>

#include "contract/schema/violation.h"

namespace penstock::contract {

class Steps;
struct Schema;

// A Direction says who sends a value. A request must not contain read-only properties, and a
// response must not contain write-only ones (OpenAPI 3.0.3 section 4.7.24). `neither` allows both.
enum class Direction { neither, request, response };

// Adds the violations of the schema by `value` to `violations`, which grows to kViolationsMax at
// most. It adds at least one, if there is room, when the value is invalid. `in` is text of static
// storage, such as "query" or "body". `name` is the start of each location: a parameter's name, or
// empty for a body.
//
// A value is also invalid if its validation takes more steps than `steps` has left (steps.h). All
// validations of one request share them.
void validate(const Schema& schema, const boost::json::value& value, std::string_view in,
              std::string_view name, Direction direction, Violations& violations, Steps& steps);
// Returns whether the value is valid, by the same rules. It stops at the first violation. For a
// valid value it allocates nothing, except for `propertyNames`, `uniqueItems` and the
// `unevaluated…` keywords.
[[nodiscard]] bool is_valid(const Schema& schema, const boost::json::value& value,
                            Direction direction, Steps& steps);
// Does the same for a part of a value, around which up to `schemas_around` schemas apply already:
// they count for the bound of how deep schemas are applied within schemas.
[[nodiscard]] bool is_valid(const Schema& schema, const boost::json::value& value,
                            Direction direction, Steps& steps, size_t schemas_around);
// Does the same with as many steps as a request has, for what does not come from one.
[[nodiscard]] bool is_valid(const Schema& schema, const boost::json::value& value,
                            Direction direction = Direction::neither);

// Returns whether validate_text() can be used: the schema allows only strings (and null), and has
// no rules but those for strings and an `enum`.
[[nodiscard]] bool is_plain_string(const Schema& schema);
// Does the same as validate() for a string, without making a JSON value of it. is_plain_string()
// must be true of the schema.
void validate_text(const Schema& schema, std::string_view text, std::string_view in,
                   std::string_view name, Violations& violations, Steps& steps);

}  // namespace penstock::contract
