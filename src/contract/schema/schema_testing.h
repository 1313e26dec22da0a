#pragma once

#include <boost/json/parse.hpp>
#include <deque>
#include <string>
#include <string_view>

#include "contract/document/sources.h"
#include "contract/schema/schema.h"
#include "contract/schema/schema_compiler.h"
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

// Compiles a schema, which may break no rule, and returns what has no effect in it: one line for
// each remark, as "COLUMN kind: sentence".
inline std::string remarks(std::string_view schema, Dialect dialect = Dialect::openapi_3_0) {
  Sources sources(no_files);
  std::deque<Schema> schemas;
  const Target root = sources.add_root(schema, "t.yaml");
  if (root.node != nullptr) {
    sources.scan(root, dialect == Dialect::openapi_3_0 ? Embedding::openapi_3_0 : Embedding::none);
    SchemaCompiler compiler(sources, {.dialect = dialect}, schemas);
    static_cast<void>(compiler.compile(*root.node, *root.resource));
    compiler.finish();
  }
  if (const auto sound = sources.check(); !sound) return sound.error().message;
  std::string text;
  for (const Problem& problem : sources.problems().sorted()) {
    text += std::to_string(problem.column) + ' ' + problem.kind + ": " + problem.sentence + '\n';
  }
  return text;
}

inline std::string remarks_3_1(std::string_view schema) {
  return remarks(schema, Dialect::draft_2020_12);
}

}  // namespace penstock::contract
