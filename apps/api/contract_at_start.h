#pragma once

#include "apps/api/settings.h"
#include "base/result.h"
#include "contract/openapi/contract.h"
#include "log/log.h"

namespace penstock::apps {

// At most so many operations are logged one by one at the start.
inline constexpr size_t kLoggedOperationsMax = 100;

// Fails with `invalid` if an operation that is served requires authentication, and no setting says
// who authenticates. The message says what to set (docs/adr/0026-who-authenticates.md).
[[nodiscard]] base::Result<> check_security(const contract::Contract& contract,
                                            const ApiSettings& settings);

// Logs what each operation requires of its clients, and which operations are not served.
void log_operations(const contract::Contract& contract, log::Log& log);

}  // namespace penstock::apps
