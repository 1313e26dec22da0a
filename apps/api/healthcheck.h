#pragma once

#include <cstdint>

namespace penstock::apps {

// The health check of the container. Returns the exit status: 0 if `GET /healthcheck` on the
// loopback address answers 200 within 3 s. Otherwise it prints why to the standard error and
// returns 1.
[[nodiscard]] int healthcheck(uint16_t port);

}  // namespace penstock::apps
