#pragma once

#include <string>
#include <string_view>

#include "conformance/differential/outcome.h"

namespace penstock::conformance {

// Returns the kind of a difference (outcome.h), without what differs from request to request, such
// as a quoted value.
[[nodiscard]] std::string kind_of(const std::string& difference, const Outcome& ours,
                                  const Outcome& theirs, std::string_view request);

// Returns why there are differences of this kind, or an empty text if nobody knows.
[[nodiscard]] std::string_view explanation_of(std::string_view kind);

}  // namespace penstock::conformance
