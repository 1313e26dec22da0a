#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace penstock::contract {

// One way in which a request, an answer or an event breaks the contract. It never carries the
// offending value. Its views point to text of static storage.
struct Violation {
  std::string_view in;  // "query", "path", "header", "cookie" or "body".
  // `where` is the location: the parameter's name, followed by a JSON Pointer (RFC 6901) into its
  // value. For a body it is the pointer alone.
  std::string where;
  // `keyword` is the schema's keyword, or the name of another rule: "required", "undeclared",
  // "repeated", "encoding", "content" or "key".
  std::string_view keyword;
  // `message` says what is wrong. It is the rest of a sentence about the value: "must be a string".
  std::string message;
};

using Violations = std::vector<Violation>;

// At most this many violations are collected. That is enough for a reader, and it bounds what a
// hostile request can cost.
inline constexpr size_t kViolationsMax = 20;

}  // namespace penstock::contract
