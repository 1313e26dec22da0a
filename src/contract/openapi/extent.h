#pragma once

#include <string>

#include "contract/openapi/contract.h"
#include "contract/routing/router.h"

namespace penstock::contract {

// Returns the extent of a path parameter, which its schema gives: an `enum`, a length that is both
// the least and the most, or a pattern or format that has only one length. The parameter is
// complete.
[[nodiscard]] Extent extent_of(const Parameter& parameter);

// Sets the extents of the segment's parameters, if some have no text between them. The path
// parameters of `operation` have the segment's names. Returns why requests cannot tell where one
// parameter ends, or "".
[[nodiscard]] std::string set_extents(Segment& segment, const Operation& operation);

}  // namespace penstock::contract
