#pragma once

#include <string>

#include "apps/api/settings.h"

namespace penstock::apps {

// The API: serves the contract until SIGTERM or SIGINT, then drains. `contract_file`: empty for the
// contract that is compiled in. The exit status; kExitUsage, after a sentence on standard error:
// the contract is not sound, or handlers and contract, or a setting, are at odds; kExitFailed:
// something that was needed at start was not to be had, such as the port.
[[nodiscard]] int serve(const ApiSettings& settings, const std::string& contract_file);

}  // namespace penstock::apps
