#include "base/topic_name.h"

#include <algorithm>

#include "base/printable_text.h"

namespace penstock::base {
namespace {

// So much of a wrong name is shown.
constexpr size_t kShownBytesMax = 64;

// This does not depend on the locale, as std::isalnum does.
bool is_allowed(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

std::string refusal(std::string_view name, const std::string& why) {
  return "Kafka can have no topic '" + printable(name, kShownBytesMax) + "': " + why;
}

}  // namespace

std::string problem_of_topic(std::string_view name) {
  if (name.empty()) return refusal(name, "a name is not empty");
  if (name == "." || name == "..") return refusal(name, "a name is not '.' or '..'");
  if (!std::all_of(name.begin(), name.end(), is_allowed)) {
    return refusal(name, "a name has only the characters a-z, A-Z, 0-9, '.', '_' and '-'");
  }
  if (name.size() > kTopicNameMax) {
    return refusal(name, "a name has " + std::to_string(kTopicNameMax) +
                             " characters at most, and this one has " +
                             std::to_string(name.size()));
  }
  return {};
}

bool topics_collide(std::string_view one, std::string_view other) {
  const auto same_in_metrics = [](char a, char b) {
    return a == b || ((a == '.' || a == '_') && (b == '.' || b == '_'));
  };
  return one != other &&
         std::equal(one.begin(), one.end(), other.begin(), other.end(), same_in_metrics);
}

}  // namespace penstock::base
