// Gives our verdicts to judge_patterns.py. It reads lines such as:
//   {"pattern": "^a", "texts": ["a", "b"]}
// It answers each with {"valid": true, "verdicts": [true, false]}, or with "kind" and "refused",
// the sentence, instead of the verdicts. "valid" is what format "regex" says.
#include <boost/json.hpp>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "contract/expressions/expression.h"
#include "contract/patterns/pattern.h"

namespace {

using namespace penstock;

std::string_view text_of(const boost::json::value& value) {
  return {value.as_string().data(), value.as_string().size()};
}

boost::json::object answer(const boost::json::object& question) {
  const std::string_view text = text_of(question.at("pattern"));
  boost::json::object answer{{"valid", contract::is_ecma_pattern(text)}};
  const auto pattern = contract::PatternCompiler({.steps_per_byte_max = UINT64_MAX}).compile(text);
  if (!pattern) {
    answer["kind"] = pattern.error().kind;
    answer["refused"] = pattern.error().sentence;
    return answer;
  }
  answer["steps"] = pattern->steps_per_byte();
  answer["annex_b"] = false;
  for (const contract::PatternFault& remark : pattern->remarks()) {
    if (remark.kind == contract::kPatternAnnexB) answer["annex_b"] = true;
  }
  boost::json::array verdicts;
  for (const boost::json::value& subject : question.at("texts").as_array()) {
    verdicts.emplace_back(pattern->is_found_in(text_of(subject)));
  }
  answer["verdicts"] = std::move(verdicts);
  return answer;
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << answer(boost::json::parse(line).as_object()) << '\n';
  }
  return EXIT_SUCCESS;
}
