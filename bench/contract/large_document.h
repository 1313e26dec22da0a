#pragma once

#include <cstddef>
#include <string>

namespace penstock::bench {

struct LargeDocument {
  std::string text;
  size_t operations = 0;
  size_t schemas = 0;  // Under components.
};

enum class Notation { yaml, json };

// An OpenAPI document of at least `bytes`, as generated ones are: for each of many resources two
// paths, six operations and four schemas, with descriptions, references, patterns, enums and
// examples. JSON is written without spaces: the most nodes in so many bytes.
[[nodiscard]] LargeDocument large_document(Notation notation, size_t bytes);

}  // namespace penstock::bench
