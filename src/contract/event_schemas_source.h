#pragma once

#include <string>

#include "base/result.h"
#include "contract/contract.h"

namespace penstock::contract {

// C++ that defines penstock::kEventSchemas, an EventSchemasText, with the documents of the contract as JSON.
// Error: invalid, for a document that aliases of YAML make too large.
[[nodiscard]] base::Result<std::string> event_schemas_source(const Contract& contract);

}  // namespace penstock::contract
