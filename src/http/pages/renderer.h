#pragma once

#include <cstddef>
#include <string_view>

namespace penstock::http {

// The script of the contract's page has fewer bytes than this.
inline constexpr size_t kRendererBytesMax = 2U << 20U;

// Returns the script of the contract's page, compressed by gzip: OpenAPI Explorer, whose version,
// licences and renewal are in src/http/pages/renderer/.
[[nodiscard]] std::string_view renderer_gzipped();

}  // namespace penstock::http
