#pragma once

#include <string_view>

namespace penstock::http {

// Says whether a client wants gzip rather than no content coding. `list` is the value of its
// Accept-Encoding (RFC 9110 section 12.5.3), which is empty if it has none. gzip must be
// acceptable, and at least as wanted as what the list says of identity. An element that cannot be
// read is ignored.
[[nodiscard]] bool prefers_gzip(std::string_view list);

}  // namespace penstock::http
