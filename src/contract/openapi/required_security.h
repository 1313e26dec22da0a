#pragma once

#include <string>

#include "contract/openapi/contract.h"

namespace penstock::contract {

// Says that operations which are served require authentication, and where the first of them is:
// "FILE:LINE:COLUMN: operation 'place_order' requires authentication (key), as 2 more do". It is
// empty if none does.
[[nodiscard]] std::string required_security(const Contract& contract);

}  // namespace penstock::contract
