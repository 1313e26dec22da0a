#pragma once

#include <cstdint>

namespace penstock::apps {

// The container's health check: 0 if `GET /healthcheck` on the loopback address answers 200 within
// 3 s, else 1.
[[nodiscard]] int healthcheck(uint16_t port);

}  // namespace penstock::apps
