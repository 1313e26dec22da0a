#pragma once

#include <boost/json/parse.hpp>
#include <string>
#include <string_view>

#include "contract/schema/schema_document.h"

namespace penstock::contract {

// This loader fails for every document.
inline base::Result<std::string> no_files(const std::string&) {
  return base::Error{.code = base::ErrorCode::not_found, .message = "there are no other files"};
}

// Validates JSON text against a schema in YAML. Returns the violations as "POINTER:KEYWORD …", or
// the problems of the schema.
inline std::string validate(std::string_view schema, std::string_view instance,
                            Dialect dialect = Dialect::openapi_3_0) {
  const auto compiled = SchemaDocument::compile(schema, "t.yaml", {.dialect = dialect}, no_files);
  if (!compiled) return compiled.error().message;
  Violations violations;
  compiled->validate(boost::json::parse(instance), violations);
  std::string text;
  for (const Violation& violation : violations) {
    text += (text.empty() ? "" : " ") + violation.where + ':' + std::string(violation.keyword);
  }
  return text;
}

inline std::string validate_3_1(std::string_view schema, std::string_view instance) {
  return validate(schema, instance, Dialect::draft_2020_12);
}

}  // namespace penstock::contract
