#pragma once

#include <optional>
#include <string_view>

#include "auth/principal.h"
#include "typed/describe.h"

namespace penstock::http {

// Reads the claims of a token into an object of that type, which must be new. Returns false if the
// object cannot have them: a whole number beyond its type, or a time beyond the years of a
// DateTime. They must have been valid by the schema that the type was generated from.
[[nodiscard]] bool read_claims(const auth::Principal& principal, const typed::Type& type,
                               void* object);

// Returns the claims of the token by which the client has authenticated with the scheme, as the
// struct that is generated from the scheme's `x-penstock-claims`. It is empty if the client has not
// used that scheme, as one that is anonymous, or if the struct cannot have them (see above).
// Generated code has a function for each scheme, such as login_claims(), which calls this one.
template <typed::Generated Claims>
[[nodiscard]] std::optional<Claims> claims_of(const auth::Caller& caller, std::string_view scheme) {
  const auth::Principal* principal = caller.by(scheme);
  if (principal == nullptr) return std::nullopt;
  std::optional<Claims> claims(std::in_place);
  if (!read_claims(*principal, typed::type_of<Claims>(), &*claims)) claims.reset();
  return claims;
}

}  // namespace penstock::http
