#pragma once

#include <cstdint>
#include <system_error>

#include "base/result.h"

namespace penstock::local {

// Returns why no server could listen on this TCP port of all IPv4 addresses now, or no error.
[[nodiscard]] std::error_code error_of_port(uint16_t port);
// Says whether a server could listen on this TCP port of all IPv4 addresses now.
[[nodiscard]] bool port_is_free(uint16_t port);

// Finds a TCP port on which nothing listens now. Another program may take it at any time. The error
// is `unavailable`: the system has no free port.
[[nodiscard]] base::Result<uint16_t> free_port();

}  // namespace penstock::local
