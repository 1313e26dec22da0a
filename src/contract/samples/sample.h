#pragma once

#include <boost/json/value.hpp>
#include <optional>

#include "contract/schema/validate.h"

namespace penstock::contract {

struct Schema;

// This room makes values that a schema allows, for mocks. A Sampler (sampler.h) works on a task,
// which is a list of schemas that all must allow the value: it offers what the document states,
// then chooses between alternatives, then makes a value of each type, whose parts are tasks again.
// Texts for a pattern come from a PatternNode, a tree of the pattern (pattern_tree.h). Whatever is
// made is validated before it is returned, so it never lies.

// Returns a value that the schema allows: its examples first, else one that is made of its rules.
// Returns nothing if none was found in half a second. Not for the path of a request.
[[nodiscard]] std::optional<boost::json::value> sample_of(const Schema& schema,
                                                          Direction direction);

}  // namespace penstock::contract
