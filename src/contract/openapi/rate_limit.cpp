#include "contract/openapi/rate_limit.h"

namespace penstock::contract {

std::string_view name_of(RateLimit::By by) {
  switch (by) {
    case RateLimit::By::principal:
      return "principal";
    case RateLimit::By::address:
      return "address";
    case RateLimit::By::everyone:
      break;
  }
  return "everyone";
}

std::string RateLimit::text() const {
  return std::to_string(requests) + " in " + std::to_string(seconds) + " s" +
         (burst == requests ? " by " : ", " + std::to_string(burst) + " at once, by ") +
         std::string(name_of(by));
}

}  // namespace penstock::contract
