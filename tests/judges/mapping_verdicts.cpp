// Gives our verdicts to judge_mappings.py. It reads lines, each a request of
// CreateEventSourceMapping. It answers each with a JSON string that says what is wrong with it, and
// is empty if nothing is.
#include <boost/json.hpp>
#include <cstdlib>
#include <iostream>
#include <string>

#include "local/mapping/mapping_request.h"

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    const auto request = penstock::local::MappingRequest::parse(line);
    const std::string problems = request ? "" : request.error().message;
    std::cout << boost::json::serialize(boost::json::value(problems)) << std::endl;
  }
  return EXIT_SUCCESS;
}
