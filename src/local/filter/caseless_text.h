#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace penstock::local {

// Holds the operand of "equals-ignore-case". Lambda's page does not say which letters it means, so
// this is the rule of event-ruler 2.1.0: each character of a value must be the lower or the upper
// case of the pattern's character, by Unicode's mappings of one character to one.
class CaselessText {
 public:
  // The text must be UTF-8.
  explicit CaselessText(std::string_view text);

  // Says whether a text in UTF-8 is the same but for the case. Takes time in proportion to the
  // shorter one.
  [[nodiscard]] bool equals(std::string_view text) const;

 private:
  std::vector<std::pair<char32_t, char32_t>> characters_;  // The lower and the upper case of each.
};

}  // namespace penstock::local
