#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "contract/schema/violation.h"
#include "http/message.h"

namespace penstock::http {

// The reason phrase of a status code, "Error" if we never send it.
[[nodiscard]] std::string_view reason_phrase(unsigned status);

// What a problem document says besides its status (RFC 9457).
struct Problem {
  unsigned status = 500;
  std::string_view detail = {};        // Empty: the title.
  std::optional<bool> retryable = {};  // An extension member, for failures of publishing.
  std::string_view event_id = {};      // The event to look for, when it may have been stored.
  const std::vector<contract::Violation>* errors = nullptr;
};

// Makes `response` the problem document, replacing what was in it but its header lines.
void set_problem(ResponseMessage& response, const Problem& problem);

}  // namespace penstock::http
