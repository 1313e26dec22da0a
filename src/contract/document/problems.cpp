#include "contract/document/problems.h"

#include <algorithm>
#include <tuple>

#include "base/printable_text.h"
#include "contract/document/document.h"

namespace penstock::contract {
namespace {

constexpr size_t kProblemsMax = 50;

}  // namespace

void Problems::add(const Node& at, const std::string& sentence) {
  const std::string line = base::printable(sentence, kSentenceBytesMax);
  const std::string& file = at.file == nullptr ? "" : *at.file;
  const bool is_known = std::any_of(problems_.begin(), problems_.end(), [&](const Problem& known) {
    return known.line == at.line && known.column == at.column && known.file == file &&
           known.sentence == line;
  });
  if (is_known) return;
  if (problems_.size() < kProblemsMax) {
    problems_.push_back({file, at.line, at.column, line});
  } else {
    has_more_ = true;
  }
}

void Problems::add_whole(const std::string& message) {
  problems_.push_back({.file = message});
}

base::Result<> Problems::check() const {
  if (problems_.empty()) return {};
  std::vector<Problem> sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
  });
  std::string all;
  for (const Problem& problem : sorted) {
    all += all.empty() ? "" : "\n";
    if (problem.line == 0) {
      all += problem.file;
    } else {
      all += base::printable(problem.file, kSentenceBytesMax) + ':' + std::to_string(problem.line) +
             ':' + std::to_string(problem.column) + ": " + problem.sentence;
    }
  }
  if (has_more_) {
    all += "\nThere are more problems than these " + std::to_string(kProblemsMax) + '.';
  }
  return base::Error{.code = base::ErrorCode::invalid, .message = all};
}

}  // namespace penstock::contract
