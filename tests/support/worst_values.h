#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace penstock::test {

// A WorstValue is a schema in YAML, and a value of the default limit's size for which it takes as
// long as its keyword or format can take.
struct WorstValue {
  std::string name;
  std::string schema;  // JSON Schema 2020-12.
  std::string value;   // JSON of at most 1 MiB.
  // Each element of the value, each property or each byte of a text takes so many steps
  // (contract/schema/steps.h) at least.
  double least = 1;
};

// Returns one for each keyword and format. Some of them are honest large bodies, whose names begin
// with "honest"; these must be accepted.
[[nodiscard]] std::vector<WorstValue> worst_values();

}  // namespace penstock::test
