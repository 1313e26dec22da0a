#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "auth/auth_settings.h"
#include "auth/principal.h"
#include "base/result.h"
#include "contract/openapi/security.h"

namespace penstock::auth {

// Makes the principal of a token whose signature and rules are right. Its scopes are those of the
// claim that the settings name, or of `scope` (RFC 8693 section 4.2) and `scp` (Microsoft Entra
// ID): a text with spaces between them, or an array of texts. Fails with `invalid` if the token has
// no subject, if its scopes are something else, or if its claims break the contract's schema; the
// message is for the log, and has no value of a claim.
[[nodiscard]] base::Result<std::shared_ptr<Principal>> principal_of(
    boost::json::object claims, std::string_view scheme_name, const BearerSettings& settings,
    const contract::SecurityScheme& scheme);

// Returns about how many bytes of memory the claims take.
[[nodiscard]] size_t memory_of(const Principal& principal);

// Finds a claim by its name, or by a JSON Pointer (RFC 6901), which begins with "/". A claim whose
// own name begins with "/" is not found. Returns null if there is none.
[[nodiscard]] const boost::json::value* find_claim(const boost::json::object& claims,
                                                   std::string_view name);

}  // namespace penstock::auth
