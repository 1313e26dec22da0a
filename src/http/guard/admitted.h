#pragma once

#include <string_view>

#include "auth/authenticator.h"
#include "auth/principal.h"
#include "http/guard/rate_limits.h"
#include "http/server/message.h"
#include "json/object_writer.h"
#include "log/log.h"

namespace penstock::http {

// Has what a Guard has decided on a request. It stays with the request, so that each is decided
// once, and goes with it.
struct Admitted final : RequestMessage::Attachment {
  const contract::Operation* operation = nullptr;
  bool waits = false;  // Whether Guard::decide() must still be called.
  auth::Caller caller = {};
  std::optional<auth::Refusal> refusal = {};
  // What the operation's rate limit has counted; `limit` is null if it has counted nothing.
  RateLimits::Counted counted = {};
};

// Returns what was decided on the request, or null if its operation asks for nothing.
[[nodiscard]] Admitted* admitted(const RequestMessage& request);

// Returns who sends the request. It is valid as long as the request is. A request that no Guard has
// let through is anonymous.
[[nodiscard]] const auth::Caller& caller_of(const RequestMessage& request);
// Says whether the client was refused by its credentials, or because there are no keys yet.
[[nodiscard]] bool is_refused(const RequestMessage& request);
// Says who sends the request, for tests of what comes behind a Guard.
void set_caller(const RequestMessage& request, auth::Caller caller);

// A subject in the log has at most this many bytes; a longer one is cut.
inline constexpr size_t kLoggedSubjectBytes = 128;
// Add what the log says of a request's caller: `auth_scheme` and `subject`, which are identifiers,
// and of one that was refused `auth`, the outcome. No part of a credential is there.
void log_caller(log::Line& line, const RequestMessage& request);
void log_caller(json::ObjectWriter& line, const RequestMessage& request);

}  // namespace penstock::http
