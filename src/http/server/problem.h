#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "contract/schema/violation.h"
#include "http/server/message.h"

namespace penstock::http {

// Returns the reason phrase of a status code (RFC 9110 section 15), or "Error" for an unknown one.
[[nodiscard]] std::string_view reason_phrase(unsigned status);

// Says in a problem document what has become of one of several events.
struct ProblemEvent {
  std::string_view id = {};
  std::string_view type = {};
  std::string_view outcome = {};  // "stored", "not_stored", "unknown" or "refused".
};

// Holds the contents of a problem document (RFC 9457). `retryable`, `event_id`, `events` and
// `errors` are extension members, which are left out if they are not set.
struct Problem {
  unsigned status = 500;
  // Tells the client what is wrong. If it is empty, the document repeats its title.
  std::string_view detail = {};
  // Says whether the client may try again. It is set for failures of publishing.
  std::optional<bool> retryable = {};
  std::string_view event_id = {};             // The id of an event that may have been stored.
  std::span<const ProblemEvent> events = {};  // All events of the request.
  const contract::Violations* errors = nullptr;
};

// Makes a response whose body is the problem document. It has no further header lines. Nothing that
// `problem` views is needed afterwards.
[[nodiscard]] ResponseMessage problem_response(const Problem& problem);

// Joins `beginning` and the violations to one sentence for the log: "the answer is wrong: /name is
// missing;".
[[nodiscard]] std::string sentence_of(std::string_view beginning,
                                      const contract::Violations& violations);

}  // namespace penstock::http
