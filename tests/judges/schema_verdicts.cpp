// Gives our verdicts to judge_schemas.py. It reads lines such as:
//   {"dialect": "draft_2020_12", "schema": {"type": "string"}, "instances": ["a", 1]}
// It answers each with {"verdicts": [true, false]} or {"refused": "the reason"}.
#include <boost/json.hpp>
#include <cstdlib>
#include <iostream>
#include <string>

#include "contract/schema/schema_document.h"

namespace {

using namespace penstock;

boost::json::object answer(const boost::json::object& question) {
  contract::SchemaOptions options{.formats_asserted = false};
  if (question.at("dialect") == "openapi_3_0") options.dialect = contract::Dialect::openapi_3_0;
  const auto no_other = [](const std::string& uri) -> base::Result<std::string> {
    return base::Error{base::ErrorCode::not_found, "there is no " + uri};
  };
  const auto schema = contract::SchemaDocument::compile(
      boost::json::serialize(question.at("schema")), "schema.json", options, no_other);
  if (!schema) return {{"refused", schema.error().message}};
  boost::json::array verdicts;
  for (const boost::json::value& instance : question.at("instances").as_array()) {
    const bool valid = schema->is_valid(instance);
    contract::Violations violations;
    schema->validate(instance, violations);
    if (violations.empty() != valid) {
      return {
          {"refused", "is_valid() and validate() differ on " + boost::json::serialize(instance)}};
    }
    verdicts.emplace_back(valid);
  }
  return {{"verdicts", verdicts}};
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << answer(boost::json::parse(line).as_object()) << std::endl;
  }
  return EXIT_SUCCESS;
}
