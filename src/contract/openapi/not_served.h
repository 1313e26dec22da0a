#pragma once

#include <string>

#include "contract/openapi/contract.h"

namespace penstock::contract {

// Returns why no request for the operation can be served, as a sentence: all its bodies are of
// types that are not served yet, or all bodies of its successes are. It is empty if the operation
// can be served.
//
// An operation whose body may be missing is served without one only under GET, HEAD and DELETE, for
// which HTTP gives a body no meaning (RFC 9110 section 9.3). Elsewhere a body that is declared is
// what the operation is about, and documents often leave out `required: true`.
[[nodiscard]] std::string why_not_served(const Operation& operation);

}  // namespace penstock::contract
