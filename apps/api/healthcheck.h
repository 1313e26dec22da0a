#pragma once

#include <cstdint>
#include <string_view>

namespace penstock::apps {

// Checks the API of this container and returns the exit status: 0 if a GET of this path on the
// loopback address answers 200 within 3 s. Otherwise it prints why to the standard error and
// returns 1.
[[nodiscard]] int healthcheck(uint16_t port, std::string_view path);

}  // namespace penstock::apps
