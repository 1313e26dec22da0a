#pragma once

#include <string_view>

#include "apps/api/settings.h"
#include "base/result.h"
#include "contract/openapi/contract.h"
#include "log/log.h"

namespace penstock::apps {

// At most so many operations are logged one by one at the start.
inline constexpr size_t kLoggedOperationsMax = 100;

// Fails with `invalid` if an operation that is served requires authentication, and no setting says
// how its clients are authenticated, or that somebody else does it. The message says what to set
// (docs/adr/0032-authentication.md).
[[nodiscard]] base::Result<> check_security(const contract::Contract& contract,
                                            const ApiSettings& settings);

// Fails with `invalid` if the contract has an operation in the place of the health check
// (`health_path`) and this program would ask its clients for credentials: load balancers have none,
// so each task would be ended as unhealthy.
[[nodiscard]] base::Result<> check_health(const contract::Contract& contract,
                                          const ApiSettings& settings,
                                          std::string_view health_path);

// Logs what each operation requires of its clients, how often they may call it, and which
// operations are not served. `external_security` is that of the settings.
void log_operations(const contract::Contract& contract, bool external_security, log::Log& log);

}  // namespace penstock::apps
