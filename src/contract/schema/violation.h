#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace penstock::contract {

// One way in which a request, a response or an event breaks the contract. It never carries the
// offending value.
struct Violation {
  std::string_view in;  // "query", "path", "header", "cookie" or "body".
  // Its place: the parameter's name, and a JSON Pointer into its value or the body (RFC 6901).
  std::string where;
  // The schema's keyword, or "required", "undeclared", "repeated", "encoding".
  std::string_view keyword;
  std::string message;  // A sentence for a person.
};

using Violations = std::vector<Violation>;

// More than this are not collected: enough for a person, and a bound for an attacker.
inline constexpr size_t kViolationsMax = 20;

}  // namespace penstock::contract
