#include "contract/document/problems.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/number_text.h"
#include "base/printable_text.h"
#include "contract/document/document.h"

namespace penstock::contract {
namespace {

constexpr size_t kProblemsMax = 100'000;  // Of each severity, so that no remark hides a refusal.
constexpr size_t kPrintedMax = 50;
constexpr size_t kPrintedOfKindMax = 5;
constexpr size_t kKindsPrintedMax = 50;

// Takes "NUMBER:" from the start of the text. Returns 0 if it does not start like that.
uint32_t take_number(std::string_view& text) {
  const size_t end = text.find(':');
  if (end == std::string_view::npos) return 0;
  const auto number = base::whole_number<uint32_t>(text.substr(0, end));
  if (number) text.remove_prefix(end + 1);
  return number.value_or(0);
}

}  // namespace

std::string Problem::text() const {
  if (line == 0) return sentence.empty() ? file : file + ": " + sentence;
  return base::printable(file, kSentenceBytesMax) + ':' + std::to_string(line) + ':' +
         std::to_string(column) + ": " + sentence;
}

void Problems::add(Problem::Severity severity, const Node& at, std::string_view kind,
                   std::string_view sentence) {
  const size_t known =
      severity == Problem::Severity::refusal ? refusals_ : problems_.size() - refusals_;
  if (known == kProblemsMax) return;
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

void Problems::add_unreadable(const std::string& file, const std::string& message) {
  Problem problem{.kind = "unreadable-document", .file = message};
  std::string_view rest = message;
  if (const std::string start = base::printable(file, kSentenceBytesMax) + ':';
      rest.starts_with(start)) {
    rest.remove_prefix(start.size());
    const uint32_t line = take_number(rest);
    const uint32_t column = line == 0 ? 0 : take_number(rest);
    if (column != 0 && rest.starts_with(' ')) {
      problem.file = file;
      problem.line = line;
      problem.column = column;
      problem.sentence = rest.substr(1);
    }
  }
  problems_.push_back(std::move(problem));
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
  return error_of(sorted());
}

base::Error error_of(const std::vector<Problem>& problems) {
  std::string all;
  size_t printed = 0;
  size_t others = 0;
  std::map<std::string, size_t> of_kind;
  for (const Problem& problem : problems) {
    if (problem.severity != Problem::Severity::refusal) continue;
    const size_t earlier = problem.kind.empty() ? 0 : of_kind[problem.kind]++;
    if (earlier >= kPrintedOfKindMax) continue;
    if (printed == kPrintedMax) {
      ++others;
      continue;
    }
    all += (printed++ == 0 ? "" : "\n") + problem.text();
  }
  size_t kinds = 0;
  for (const auto& [kind, count] : of_kind) {
    if (count <= kPrintedOfKindMax || ++kinds > kKindsPrintedMax) continue;
    all += "\nThere are " + std::to_string(count - kPrintedOfKindMax) +
           " more problems of the kind '" + kind + "'.";
  }
  if (others > 0) {
    all += "\nThere are more problems than these " + std::to_string(kPrintedMax) + '.';
  }
  return {.code = base::ErrorCode::invalid, .message = all};
}

}  // namespace penstock::contract
