#include "contract/document/problems.h"

#include <algorithm>
#include <tuple>

#include "base/printable_text.h"
#include "contract/document/document.h"

namespace penstock::contract {
namespace {

constexpr size_t kProblemsMax = 100'000;
constexpr size_t kPrintedMax = 50;

}  // namespace

std::string Problem::text() const {
  if (line == 0) return file;
  return base::printable(file, kSentenceBytesMax) + ':' + std::to_string(line) + ':' +
         std::to_string(column) + ": " + sentence;
}

void Problems::add(Problem::Severity severity, const Node& at, std::string_view kind,
                   std::string_view sentence) {
  if (problems_.size() == kProblemsMax) return;
  Problem problem{.severity = severity,
                  .kind = std::string(kind),
                  .file = at.file == nullptr ? "" : *at.file,
                  .line = at.line,
                  .column = at.column,
                  .sentence = base::printable(sentence, kSentenceBytesMax)};
  if (!known_.insert(problem.text()).second) return;
  if (severity == Problem::Severity::refusal) ++refusals_;
  problems_.push_back(std::move(problem));
}

void Problems::add_whole(const std::string& message) {
  problems_.push_back({.file = message});
  ++refusals_;
}

std::vector<Problem> Problems::sorted() const {
  std::vector<Problem> sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
  });
  return sorted;
}

base::Result<> Problems::check() const {
  if (sound()) return {};
  std::string all;
  size_t printed = 0;
  for (const Problem& problem : sorted()) {
    if (problem.severity != Problem::Severity::refusal) continue;
    if (printed++ == kPrintedMax) break;
    all += (all.empty() ? "" : "\n") + problem.text();
  }
  if (printed > kPrintedMax) {
    all += "\nThere are more problems than these " + std::to_string(kPrintedMax) + '.';
  }
  return base::Error{.code = base::ErrorCode::invalid, .message = all};
}

}  // namespace penstock::contract
