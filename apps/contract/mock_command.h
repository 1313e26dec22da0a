#pragma once

#include <cstdint>
#include <string>

#include "contract/openapi/contract.h"

namespace penstock::apps {

inline constexpr const char* kContractProgram = "penstock_contract";

// Runs the verb `mock`: serves the contract in this file, compiled with `options`,
// until a stop signal. A request may take `steps_max` steps. It answers with examples of the
// contract, or with values made from its schemas. If `port` is 0, it takes any free port; the first
// line that it logs has the URL. Returns the exit status: 0, kExitFailed if the contract has
// problems, or kExitUsage if it cannot listen.
[[nodiscard]] int serve_mock(const std::string& file, const contract::ContractOptions& options,
                             uint64_t steps_max, const std::string& address, uint16_t port);

}  // namespace penstock::apps
