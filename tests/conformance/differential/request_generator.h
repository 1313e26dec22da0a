#pragma once

#include <cstdint>
#include <string>

namespace penstock::conformance {

// Makes the request with this number. It is built by the grammar of RFC 9112, with values that are
// often at the edge of what is allowed, and in half of the cases changed in some bytes. The same
// seed and number give the same request.
[[nodiscard]] std::string make_request(uint64_t seed, uint64_t number);

}  // namespace penstock::conformance
