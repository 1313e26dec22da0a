#pragma once

#include <string>
#include <string_view>

#include "contract/openapi/contract.h"

namespace penstock::http {

// These are the paths of the contract's document, of the page that shows it, and of its script.
inline constexpr std::string_view kDocumentPath = "/openapi.json";
inline constexpr std::string_view kPagePath = "/docs";
inline constexpr std::string_view kRendererPath = "/docs/openapi-explorer.js";

// These are the page's header lines. The page loads nothing from other hosts, runs no script but
// its own, and cannot be shown inside of another page. The script writes styles into
// attributes, which have no other permission.
inline constexpr std::string_view kPageHeaders =
    "content-security-policy: default-src 'none'; script-src 'self'; connect-src 'self'; "
    "style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'\r\nreferrer-policy: no-referrer\r\n";

// Returns the page that shows the contract, in HTML. Its title is the contract's.
[[nodiscard]] std::string contract_page(const contract::Contract& contract);

}  // namespace penstock::http
