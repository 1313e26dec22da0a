#pragma once

#include <string>
#include <vector>

namespace penstock::conformance {

// Holds one row of a file of cases (README.md).
struct Case {
  std::string where;    // FILE:LINE, and the row's section.
  std::string section;  // "RFC 9112 section 3.2"
  std::vector<unsigned> statuses;
  bool stays_open = false;
  bool has_body = false;  // Whether `body` is the last answer's.
  std::string body;
  std::string request;
};

// Reads a file of cases. A row that cannot be read throws std::invalid_argument, which names it.
[[nodiscard]] std::vector<Case> read_cases(const std::string& path);

}  // namespace penstock::conformance
