#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "contract/schema/violation.h"
#include "http/server/service.h"
#include "log/log.h"

namespace penstock::http {

// A path in the log has at most this many bytes; a longer one is cut.
inline constexpr size_t kLoggedPathBytes = 128;
// The same for the places of violations, and for one place.
inline constexpr size_t kLoggedPlacesBytes = 256;
inline constexpr size_t kLoggedPlaceBytes = 64;

// Says where a request breaks the contract, and which rules it breaks there, for the log:
// "query name: pattern, body /a/b: type". It has names and pointers, but no values, which may be
// secrets. What does not fit is counted: ", and 7 more".
[[nodiscard]] std::string places_of(const contract::Violations& violations);

// Returns whether an answer with this status is the service's fault. 501 and 505 are not: a client
// asked for what the service does not do, and can ask for it as often as it wants.
[[nodiscard]] constexpr bool is_own_fault(unsigned status) {
  return status >= 500 && status != 501 && status != 505;
}

// Returns the level of a request's line: ERROR if its answer is the service's fault. A client that
// is refused by its credentials can cause a 503 whenever it wants, so that is a WARNING.
[[nodiscard]] log::Level level_of(const RequestMessage& request, unsigned status);

// Logs one request that was answered, with level_of(). The line has the
// path only if no route of the contract has it. Otherwise the route says enough, and a parameter's
// value in the path may be a secret. Of a caller it has scheme and subject (guard/admitted.h). The
// query and all other values are never logged.
void log_request(log::Log& log, const RequestMessage& request, const Reply& reply,
                 std::chrono::steady_clock::duration duration, size_t bytes_sent);

}  // namespace penstock::http
