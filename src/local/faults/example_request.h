#pragma once

#include <string>
#include <utility>
#include <vector>

namespace penstock::local {

// Is a request that the contract allows.
struct ExampleRequest {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers = {};  // Without Host and framing.
  std::string body = {};                                          // Empty if there is none.
};

}  // namespace penstock::local
