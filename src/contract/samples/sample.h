#pragma once

#include <boost/json/value.hpp>
#include <optional>

#include "contract/schema/validate.h"

namespace penstock::contract {

struct Schema;

// This room makes values that a schema allows, for mocks. A Sampler (sampler.h) works on a Task,
// which is a list of schemas that must all allow the value. It first offers the values that the
// document states, then chooses between alternatives, and then makes a value of each type. The
// parts of such a value are tasks again. A text for a pattern is made from a tree of PatternNodes,
// which is the parsed pattern (pattern_tree.h). Every value is validated before it is returned.

// Returns a value that the schema allows in this direction: an example of the document, or else one
// that is made from the schema's rules. Returns nothing if none is found within about half a
// second. Since it can take so long, do not call it for each request. The value does not refer
// to the schema. Several threads may call this.
[[nodiscard]] std::optional<boost::json::value> sample_of(const Schema& schema,
                                                          Direction direction);

}  // namespace penstock::contract
