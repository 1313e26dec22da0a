// Gives our verdicts to judge_filters.py. It reads lines such as:
//   {"pattern": "{\"value\": …}", "value": "{\"a\": 1}"}
// The value is that of a record. It answers each with {"verdict": true} or {"refused": "the
// reason"}.
#include <boost/json.hpp>
#include <cstdlib>
#include <iostream>
#include <string>

#include "local/filter/event_filter.h"

namespace {

boost::json::object answer(const boost::json::object& question) {
  const auto filter = penstock::local::EventFilter::parse(
      {{"Filters", boost::json::array{{{"Pattern", question.at("pattern")}}}}});
  if (!filter) return {{"refused", filter.error().message}};
  return {{"verdict", filter->passes(question.at("value").as_string())}};
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << answer(boost::json::parse(line).as_object()) << '\n';
  }
  return EXIT_SUCCESS;
}
