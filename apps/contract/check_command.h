#pragma once

#include <string>
#include <vector>

#include "contract/openapi/contract.h"

namespace penstock::apps {

struct CheckOptions {
  std::vector<std::string> files;
  std::string format = "text";  // "text", "json", "sarif" or "github".
  bool all = false;             // Whether every place is printed.
  bool strict = false;          // Whether what is not enforced is refused instead of remarked.
};

// Runs the verb `check`: prints what is wrong with each file. Returns 0 if all files are valid,
// kExitFailed if one is refused, or kExitUnreadable if one cannot be read.
[[nodiscard]] int check_contracts(const CheckOptions& options,
                                  const contract::ContractOptions& compiling);

}  // namespace penstock::apps
