#pragma once

#include <cstdint>

namespace penstock::local {

// Whether a server could listen on this TCP port of every address now.
[[nodiscard]] bool port_is_free(uint16_t port);

// A port that nobody listens on; 0 if the system has none.
[[nodiscard]] uint16_t free_port();

}  // namespace penstock::local
