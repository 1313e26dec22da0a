#pragma once

#include <cstdint>
#include <string>

namespace penstock::apps {

inline constexpr const char* kContractProgram = "penstock_contract";

// `mock`: serves the examples of the contract in this file, or values made from its schemas, until
// SIGINT or SIGTERM. `port`: 0 for any free one. The exit status, as of the verbs in reports.h.
[[nodiscard]] int serve_mock(const std::string& file, const std::string& address, uint16_t port);

}  // namespace penstock::apps
