#pragma once

#include <string>

#include "contract/openapi/contract.h"
#include "contract/schema/violation.h"

namespace penstock::contract {

// Returns where the contract has the keyword that a request breaks: "FILE:LINE". A violation does
// not know its schema, so this looks for it on the way that the violation's location says. It is
// the place of what is around it (a schema, a parameter or the operation) if the document has no
// such keyword there. If alternatives have the keyword, too, it can be that of another one.
//
// `media` is the entry of the body's content, or null if the request has no body. It is for people
// who look at one request, and takes time in proportion to the schemas of the operation.
[[nodiscard]] std::string place_of(const Violation& violation, const Operation& operation,
                                   const MediaType* media);

}  // namespace penstock::contract
