#pragma once

#include <string>

#include "contract/openapi/contract.h"

namespace penstock::apps {

struct DiffOptions {
  std::string old_file;
  std::string new_file;
  std::string format = "text";  // "text" or "json".
};

// Runs the verb `diff`: prints what differs between two documents, and what of it breaks clients or
// events. Returns 0 if nothing breaks, kExitFailed if something does, or kExitUnreadable if a
// document cannot be read or is refused.
[[nodiscard]] int diff_contracts(const DiffOptions& options,
                                 const contract::ContractOptions& compiling);

}  // namespace penstock::apps
