#include "local/model/request_problems.h"

#include <algorithm>

namespace penstock::local {

void RequestProblems::add(std::string_view path, std::string_view sentence) {
  if (all_.size() >= kMax) return;
  const bool known =
      std::any_of(all_.begin(), all_.end(), [&](const auto& one) { return one.first == path; });
  if (!known) all_.emplace_back(path, sentence);
}

bool RequestProblems::has(std::string_view path) const {
  return std::any_of(all_.begin(), all_.end(), [&](const auto& one) {
    const std::string& known = one.first;
    return known.starts_with(path) &&
           (known.size() == path.size() || known[path.size()] == '.' || known[path.size()] == '[');
  });
}

std::string RequestProblems::text() const {
  std::string text;
  for (const auto& [path, sentence] : all_) {
    if (!text.empty()) text += '\n';
    text += path + (sentence.starts_with(':') ? "" : " ") + sentence;
  }
  return text;
}

}  // namespace penstock::local
