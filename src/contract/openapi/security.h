#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "contract/parameters/parameter.h"

namespace penstock::contract {

struct Schema;

// A SecurityScheme is one way to authenticate: an entry of `components/securitySchemes`. What does
// not belong to its kind is empty.
struct SecurityScheme {
  enum class Kind { api_key, http, oauth2, open_id_connect, mutual_tls };

  Kind kind = Kind::api_key;
  // An api_key is in a query, a header or a cookie, with this name.
  In in = In::header;
  std::string parameter = {};
  std::string http_scheme = {};  // In lower case: "basic", "bearer" (RFC 9110 section 11.1).
  std::string open_id_connect_url = {};
  std::vector<std::string> scopes = {};  // Those that the flows of oauth2 offer, sorted.
  // This is the schema of a token's claims, which `x-penstock-claims` of the scheme has, or null.
  const Schema* claims = nullptr;

  // Returns whether the credential is a bearer token: http bearer, oauth2 and openIdConnect.
  [[nodiscard]] bool has_tokens() const;
  // Returns whether credentials of this scheme can be verified here. Of the schemes of HTTP these
  // are basic and bearer only.
  [[nodiscard]] bool is_served() const;
};

// These are the schemes by their names.
using SecuritySchemes = std::map<std::string, SecurityScheme, std::less<>>;

// A SecurityNeed is a scheme by which a client must authenticate. Its scopes are those that a token
// must have, or roles for a kind of scheme that has no scopes.
struct SecurityNeed {
  std::string name;
  const SecurityScheme* scheme = nullptr;  // Never null in a compiled contract.
  std::vector<std::string> scopes = {};
};

// A SecurityRequirement is an entry of `security`. The client must meet all of its needs; if it has
// none, anybody may call.
using SecurityRequirement = std::vector<SecurityNeed>;

// A Security is what an operation requires of its clients. They must meet one of its requirements,
// and if there are none, anybody may call.
struct Security {
  std::vector<SecurityRequirement> requirements = {};

  // Returns whether nobody may call without authentication.
  [[nodiscard]] bool is_required() const;
  // Returns whether the query may contain a key with this name.
  [[nodiscard]] bool has_query_key(std::string_view name) const;
  // Returns the requirements as text, such as "key and login(read, write) or none". It is empty if
  // there are none.
  [[nodiscard]] std::string text() const;
};

// These are what a document says of security. The Contract owns it, and the operations point to it,
// because many of them have the same requirements. All addresses are stable.
struct SecurityDeclarations {
  SecuritySchemes schemes;
  std::deque<Security> securities;
};

}  // namespace penstock::contract
