#include "http/auth_context.h"

#include <algorithm>
#include <string_view>

#include "base/printable_text.h"
#include "http/guard/admitted.h"

namespace penstock::http {
namespace {

using Kind = contract::SecurityScheme::Kind;

bool names(const auth::Principal& principal, std::string_view claim) {
  const boost::json::value* const found = principal.claims.if_contains(claim);
  return found != nullptr && found->is_string() &&
         std::string_view(found->get_string()) == principal.subject;
}

// `azp` is what OpenID Connect calls the client (Core 1.0 section 2), and `client_id` is OAuth's
// (RFC 9068 section 2.2).
bool is_service(const auth::Principal& principal) {
  return principal.subject.empty() || names(principal, "client_id") || names(principal, "azp");
}

std::string_view type_of(const auth::Principal& principal,
                         const contract::SecuritySchemes& schemes) {
  const auto found = schemes.find(principal.scheme);
  if (found == schemes.end()) return "unknown";
  const contract::SecurityScheme& scheme = found->second;
  switch (scheme.kind) {
    case Kind::api_key:
      return "api_key";
    case Kind::mutual_tls:
      return "service_account";
    case Kind::http:
      if (scheme.http_scheme == "basic") return "app_user";
      break;
    case Kind::oauth2:
    case Kind::open_id_connect:
      break;
  }
  return is_service(principal) ? "service_account" : "app_user";
}

}  // namespace

events::AuthContext auth_context_of(const RequestMessage& request,
                                    const contract::Operation& operation,
                                    const contract::Contract& contract, const Guard* guard) {
  const auth::Caller& caller = caller_of(request);
  if (!caller.is_anonymous()) {
    const auth::Principal& principal = caller.principal();
    const std::string& subject = principal.subject;
    const bool fits =
        subject.size() <= kAuthIdBytesMax && base::printable(subject, kAuthIdBytesMax) == subject;
    return {.type = type_of(principal, contract.security_schemes()), .id = fits ? subject : ""};
  }
  const bool somebody_else = !operation.security->requirements.empty() &&
                             (guard == nullptr || guard->authenticator() == nullptr);
  return {.type = somebody_else ? "unknown" : "unauthenticated"};
}

}  // namespace penstock::http
