#pragma once

#include "contract/openapi/contract.h"
#include "events/event.h"
#include "http/guard/guard.h"

namespace penstock::http {

// A longer `ce_authid` is left out, because a part of it could be another one's.
inline constexpr size_t kAuthIdBytesMax = 256;

// Says who has sent a request that a handler has answered, for the headers of its event: by the
// caller's first principal. An API key is "api_key", a certificate "service_account", and a user
// with a password "app_user". So is the subject of a token, but if the token names no subject, or
// its client as the subject (RFC 9068 section 2.2, the client credentials of OAuth), it is
// "service_account". Where somebody in front of the program authenticates, it is "unknown".
// `guard` is null if there is none.
[[nodiscard]] events::AuthContext auth_context_of(const RequestMessage& request,
                                                  const contract::Operation& operation,
                                                  const contract::Contract& contract,
                                                  const Guard* guard);

}  // namespace penstock::http
