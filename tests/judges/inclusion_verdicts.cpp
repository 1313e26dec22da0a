// Gives our verdicts to judge_inclusion.py. It reads lines such as:
//   {"dialect": "draft_2020_12", "direction": "request", "old": {}, "new": {}, "instances": [1]}
// It answers each with {"differences": [{"certain": true, "kind": "type", "path": ""}],
// "old": [true], "new": [false]}, or with {"refused": "the reason"}.
#include <boost/json.hpp>
#include <cstdlib>
#include <iostream>
#include <string>

#include "contract/compare/inclusion.h"
#include "contract/schema/schema_document.h"

namespace {

using namespace penstock;

base::Result<contract::SchemaDocument> compile(const boost::json::value& schema,
                                               const boost::json::value& dialect) {
  contract::SchemaOptions options;
  if (dialect == "openapi_3_0") options.dialect = contract::Dialect::openapi_3_0;
  return contract::SchemaDocument::compile(boost::json::serialize(schema), "schema.json", options,
                                           [](const std::string& uri) -> base::Result<std::string> {
                                             return base::Error{base::ErrorCode::not_found,
                                                                "there is no " + uri};
                                           });
}

boost::json::object answer(const boost::json::object& question) {
  const auto before = compile(question.at("old"), question.at("dialect"));
  const auto after = compile(question.at("new"), question.at("dialect"));
  if (!before) return {{"refused", before.error().message}};
  if (!after) return {{"refused", after.error().message}};
  const auto direction = question.at("direction") == "request" ? contract::Direction::request
                                                               : contract::Direction::neither;
  boost::json::array differences;
  contract::Inclusion inclusion(direction);
  for (const contract::Difference& one : inclusion.differences(&before->root(), &after->root())) {
    differences.push_back(
        boost::json::object{{"certain", one.certain}, {"kind", one.kind}, {"path", one.path}});
  }
  boost::json::array old_verdicts;
  boost::json::array new_verdicts;
  for (const boost::json::value& instance : question.at("instances").as_array()) {
    old_verdicts.emplace_back(contract::is_valid(before->root(), instance, direction));
    new_verdicts.emplace_back(contract::is_valid(after->root(), instance, direction));
  }
  return {{"differences", differences}, {"old", old_verdicts}, {"new", new_verdicts}};
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << answer(boost::json::parse(line).as_object()) << std::endl;
  }
  return EXIT_SUCCESS;
}
