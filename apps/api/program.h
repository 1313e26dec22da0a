#pragma once

#include <string>

#include "apps/api/api_service.h"
#include "apps/api/settings.h"

namespace penstock::apps {

// Serves the service's contract until a stop signal (StopSignals), then drains. `contract_file` is
// empty for the contract that is compiled in. `service` and `settings` must outlive the call.
// Returns the exit status. It is kExitUsage if the contract has errors, or if handlers or a setting
// do not match it, and kExitFailed if something else is missing at the start, such as a free port;
// the standard error then says why.
[[nodiscard]] int serve(const ApiService& service, const ApiSettings& settings,
                        const std::string& contract_file);

}  // namespace penstock::apps
