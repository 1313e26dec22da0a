#include "contract/openapi/not_served.h"

#include <algorithm>

namespace penstock::contract {
namespace {

// A problem document, and a line of the log, names at most so many types.
constexpr size_t kTypesMax = 4;

std::string types_of(const std::vector<MediaType>& content) {
  std::string all;
  for (size_t i = 0; i < content.size() && i < kTypesMax; ++i) {
    all += (i == 0 ? "" : " or ") + content[i].type;
  }
  if (content.size() > kTypesMax) all += " or others";
  return all;
}

bool body_may_be_missing(const Operation& operation) {
  return !operation.body->required &&
         (operation.method == "GET" || operation.method == "HEAD" || operation.method == "DELETE");
}

// Returns the responses of a success: those of 2XX, else those of 3XX, else `default`.
std::vector<const Response*> successes_of(const Operation& operation) {
  std::vector<const Response*> found;
  for (const unsigned hundreds : {2U, 3U, 0U}) {
    for (const Response& response : operation.responses) {
      if (response.first / 100 == hundreds) found.push_back(&response);
    }
    if (!found.empty()) break;
  }
  return found;
}

}  // namespace

std::string why_not_served(const Operation& operation) {
  if (operation.body && has_only_not_served(operation.body->content) &&
      !body_may_be_missing(operation)) {
    return "Its body can only be " + types_of(operation.body->content) +
           ", which is not served yet.";
  }
  const std::vector<const Response*> successes = successes_of(operation);
  const bool none_is_served =
      !successes.empty() &&
      std::all_of(successes.begin(), successes.end(),
                  [](const Response* one) { return has_only_not_served(one->content); });
  if (!none_is_served) return "";
  return "Its answer can only be " + types_of(successes.front()->content) +
         ", which is not served yet.";
}

}  // namespace penstock::contract
