#pragma once

#include <cstdint>

#include "base/result.h"

namespace penstock::local {

// Whether a server could listen on this TCP port of all addresses now.
[[nodiscard]] bool port_is_free(uint16_t port);

// Finds a TCP port that nobody listens on now; another program may take it at any time. The error
// is `unavailable`: the system has none left.
[[nodiscard]] base::Result<uint16_t> free_port();

}  // namespace penstock::local
