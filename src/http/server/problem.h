#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "contract/schema/violation.h"
#include "http/server/message.h"

namespace penstock::http {

// The reason phrase of a status code, "Error" if we never send it.
[[nodiscard]] std::string_view reason_phrase(unsigned status);

// What a problem document says besides its status (RFC 9457).
struct Problem {
  unsigned status = 500;
  std::string_view detail = {};        // Empty: the title.
  std::optional<bool> retryable = {};  // An extension member, for failures of publishing.
  // The event to look for, when it may have been stored.
  std::string_view event_id = {};
  const contract::Violations* errors = nullptr;  // They are listed if not null.
};

// A response that is the problem document, with no header lines of its own.
[[nodiscard]] ResponseMessage problem_response(const Problem& problem);

// `beginning` and the violations, as one sentence for the log: "the answer is wrong: /name is
// missing;".
[[nodiscard]] std::string sentence_of(std::string_view beginning,
                                      const contract::Violations& violations);

}  // namespace penstock::http
