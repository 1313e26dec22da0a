#pragma once

namespace penstock::contract {

// The two languages in which schemas are written here.
enum class Dialect {
  openapi_3_0,    // OpenAPI 3.0's own: a subset of Wright Draft 00 with `nullable`.
  draft_2020_12,  // JSON Schema, and OpenAPI 3.1's, which is the same with a few annotations more.
};

struct SchemaOptions {
  Dialect dialect = Dialect::draft_2020_12;
  // Formats are rules, not remarks; one that is not known is refused.
  bool formats_asserted = true;
  // False: a keyword that is not known is a remark, as the standard has it.
  bool unknown_keywords_refused = true;
};

}  // namespace penstock::contract
