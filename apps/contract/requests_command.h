#pragma once

#include <string>

#include "contract/openapi/contract.h"

namespace penstock::apps {

// Runs the verb `requests`: prints a valid request for each operation that is served, as a JSON
// object in a line: {"operation": ID, "method": …, "path": the template, "target": …, "headers":
// {NAME: TEXT}, "body": TEXT or null, "status": the status that the mock answers with}. Operations
// without a request are named on standard error. Returns the exit status: 0, or kExitFailed if the
// contract has problems or a request is missing.
[[nodiscard]] int print_requests(const std::string& file, const contract::ContractOptions& options);

}  // namespace penstock::apps
