#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/wiped_text.h"
#include "contract/openapi/security.h"
#include "http/server/message.h"

namespace penstock::auth {

// Has what a request shows at one of the places where credentials are.
struct Credential {
  enum class State : uint8_t { absent, malformed, sent };
  State state = State::absent;
  // This is the credential, which views the request or the scratch text of the call.
  std::string_view text = {};
  std::string_view fault = {};  // Why it is malformed, as the rest of a sentence about it.
};

// Reads the API key of a scheme from a header, the query or a cookie. Names and values in the query
// and the values of cookies are percent-decoded as those of parameters are. A key that is empty or
// is there several times is malformed: two readers could take different ones. `scratch` is wiped
// by the caller.
[[nodiscard]] Credential read_api_key(const contract::SecurityScheme& scheme,
                                      const http::RequestMessage& request, std::string& scratch);

// Reads a header that has one line at most.
[[nodiscard]] Credential read_single_header(std::string_view name,
                                            const http::RequestMessage& request);

// Reads the token of "Authorization: Bearer …" (RFC 6750 section 2.1). Credentials of another
// scheme of HTTP are absent. A token in the query or the body (sections 2.2 and 2.3) is never
// taken: logs and histories keep URLs.
[[nodiscard]] Credential read_bearer(const http::RequestMessage& request);

// Has a user's name and password.
struct BasicCredential {
  Credential::State state = Credential::State::absent;
  std::string_view fault = {};
  base::WipedText text = {};  // "name:password"
  size_t colon = 0;

  [[nodiscard]] std::string_view user() const { return std::string_view(text).substr(0, colon); }
  [[nodiscard]] std::string_view password() const {
    return std::string_view(text).substr(colon + 1);
  }
};
// Reads "Authorization: Basic …" (RFC 7617), in UTF-8.
[[nodiscard]] BasicCredential read_basic(const http::RequestMessage& request);

}  // namespace penstock::auth
