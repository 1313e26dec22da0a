#pragma once

#include <string_view>

#include "base/result.h"
#include "base/wiped_text.h"
#include "upstream/upstream_client.h"

namespace penstock::upstream {

// Holds what a client adds to the head of each request.
struct Origin {
  std::string_view authority;   // The value of Host.
  std::string_view prefix;      // Before the target; without a slash at its end.
  std::string_view user_agent;  // Unless the request has its own.
};

// Returns the request line and the headers. Fails with `invalid` if a part has characters that HTTP
// does not allow, or a header is given that the client decides on: Host, Content-Length,
// Transfer-Encoding, Connection, Expect, Upgrade.
[[nodiscard]] base::Result<base::WipedText> request_head(const Request& request,
                                                         const Origin& origin);

// Says whether a request of that method may be repeated, as it changes nothing when it comes twice
// (RFC 9110 section 9.2.2).
[[nodiscard]] bool is_idempotent(std::string_view method);

}  // namespace penstock::upstream
