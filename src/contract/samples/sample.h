#pragma once

#include <boost/json/value.hpp>
#include <optional>

#include "contract/schema/steps.h"
#include "contract/schema/validate.h"

namespace penstock::contract {

struct Schema;

// This room makes values that a schema allows, for mocks. A Sampler (sampler.h) works on a Task,
// which is a list of schemas that must all allow the value. It first offers the values that the
// document states, then chooses between alternatives, and then makes a value of each type. The
// parts of such a value are tasks again. A text for a pattern is a way through its automaton, or
// else made from a tree of PatternNodes, which is the parsed pattern (pattern_tree.h). Every value
// is validated before it is returned.

// These are the steps that the search for one value takes at most: about a tenth of a second.
inline constexpr uint64_t kSampleStepsMax = 40'000'000;

// Returns a value that the schema allows in this direction: an example of the document, or else one
// that is made from the schema's rules. Returns nothing if none is found within kSampleStepsMax or
// what is left of `steps`, from which the search takes its own. A value has at most 20,000 values.
// With another `variant` it is another value, if the rules suggest several. It does not refer to
// the schema. Several threads may call this.
[[nodiscard]] std::optional<boost::json::value> sample_of(const Schema& schema, Direction direction,
                                                          Steps& steps, unsigned variant = 0);
[[nodiscard]] std::optional<boost::json::value> sample_of(const Schema& schema,
                                                          Direction direction);

}  // namespace penstock::contract
