#pragma once

#include <cstdint>
#include <string>

#include "contract/openapi/contract.h"
#include "contract/schema/steps.h"

namespace penstock::apps {

inline constexpr const char* kContractProgram = "penstock_contract";

// Says how the verb `mock` serves.
struct MockOptions {
  uint64_t steps_max = contract::Steps::kMax;  // A request may take so many.
  std::string address = "127.0.0.1";
  uint16_t port = 4010;  // 0 takes any free port.
  // Is "external" if nobody's credentials are looked at.
  std::string security;
  // Is the file of the deployer's document. Without it the mock makes test credentials.
  std::string authentication;
};

// Runs the verb `mock`: serves the contract in this file, compiled with `compiling`, until a stop
// signal. It answers with examples of the contract, or with values made from its schemas. If the
// contract names security schemes, it makes credentials for them, and shows how to call: in plain
// words on a terminal, otherwise in lines of its log, before the line `listening`, which has the
// URL. Returns the exit status: 0, kExitFailed if the contract or the deployer's document has
// problems, or kExitUsage if it cannot listen.
[[nodiscard]] int serve_mock(const std::string& file, const contract::ContractOptions& compiling,
                             const MockOptions& options);

}  // namespace penstock::apps
