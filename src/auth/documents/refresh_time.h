#pragma once

#include <chrono>

#include "base/time_text.h"
#include "net/http_client.h"

namespace penstock::auth {

// A document at a URL is asked for again after its server's time, but within these bounds. Each
// task asks about once a minute at most, whatever the server says, and a key that was withdrawn is
// accepted for a day at most.
inline constexpr std::chrono::seconds kRefreshMin{60};
inline constexpr std::chrono::seconds kRefreshMax{24 * 3600};
// This counts if the server says nothing, or that the answer must not be kept. A key that is new is
// asked for at once, so the time is how long a withdrawn one is accepted; most issuers that say
// something say from five minutes to a day.
inline constexpr std::chrono::seconds kRefresh{15 * 60};

// Returns how long an answer with these headers is fresh (RFC 9111 section 4.2): `max-age` of
// Cache-Control, less `Age`, or else Expires, in the bounds above.
[[nodiscard]] std::chrono::seconds time_to_refresh(const net::HttpHeaders& headers,
                                                   base::SystemTime now);

}  // namespace penstock::auth
