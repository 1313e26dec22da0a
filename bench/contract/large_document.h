#pragma once

#include <cstddef>
#include <string>

namespace penstock::bench {

// LargeDocument is an OpenAPI document with the number of its operations and schemas.
struct LargeDocument {
  std::string text;
  size_t operations = 0;
  size_t schemas = 0;  // Those under components.
};

enum class Notation { yaml, json };

// Returns a document of at least `bytes` that resembles a generated one. Each of its resources has
// two paths, six operations and four schemas, with descriptions, references, patterns, enums and
// examples. JSON has no spaces, so that as many nodes as possible fit into the size.
[[nodiscard]] LargeDocument large_document(Notation notation, size_t bytes);

}  // namespace penstock::bench
