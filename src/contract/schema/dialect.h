#pragma once

#include "contract/patterns/pattern.h"

namespace penstock::contract {

// A schema may be written in one of two languages.
enum class Dialect {
  // The schema object of OpenAPI 3.0 is a subset of JSON Schema "Wright Draft 00", with `nullable`.
  openapi_3_0,
  // This is JSON Schema draft 2020-12, and OpenAPI 3.1, which adds only annotations to it.
  draft_2020_12,
};

struct SchemaOptions {
  Dialect dialect = Dialect::draft_2020_12;
  // If true, values are validated against `format` and `contentEncoding`. If false, these are only
  // annotations, which is the standard's default (JSON Schema validation 2020-12 section 7.2.1).
  bool formats_asserted = true;
  // A pattern beyond one of these limits is a problem.
  PatternLimits patterns = {};
};

}  // namespace penstock::contract
