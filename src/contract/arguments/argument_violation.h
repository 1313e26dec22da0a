#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/utf8.h"
#include "contract/parameters/parameter.h"
#include "contract/schema/violation.h"

namespace penstock::contract {

// Adds a violation by the parameter or undeclared name, if there is room. A long name is cut.
inline void report(Violations& violations, In in, std::string_view name, std::string_view keyword,
                   std::string message) {
  constexpr size_t kEchoedNameMax = 64;
  if (violations.size() >= kViolationsMax) return;
  violations.push_back(
      {name_of(in), std::string(name.substr(0, kEchoedNameMax)), keyword, std::move(message)});
}

// Returns whether a decoded text can be that of a parameter, and reports if not.
inline bool is_text(const Parameter& parameter, std::string_view text, Violations& violations) {
  if (!base::is_utf8(text)) {
    report(violations, parameter.in, parameter.name, "encoding", "must be UTF-8");
  } else if (text.find('\0') != std::string_view::npos) {
    report(violations, parameter.in, parameter.name, "encoding",
           "must not contain the character NUL");
  } else {
    return true;
  }
  return false;
}

}  // namespace penstock::contract
