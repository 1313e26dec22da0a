#include "apps/contract/check_report.h"

#include <algorithm>
#include <set>
#include <utility>

#include "contract/document/sources.h"
#include "contract/examples/example_check.h"
#include "contract/openapi/contract_files.h"

namespace penstock::apps {
namespace {

constexpr size_t kFirstPlaces = 3;

bool is_refused(const contract::Problem& problem, const contract::ProblemKind* kind, bool strict) {
  if (problem.severity == contract::Problem::Severity::refusal) return true;
  return strict && (kind == nullptr || kind->effect != contract::ProblemKind::Effect::remark);
}

std::vector<KindGroup> grouped(const std::vector<contract::Problem>& problems, bool strict) {
  std::vector<KindGroup> groups;
  std::map<std::pair<std::string, bool>, size_t> known;
  for (const contract::Problem& problem : problems) {
    const contract::ProblemKind* kind = contract::find_problem_kind(problem.kind);
    const bool refused = is_refused(problem, kind, strict);
    // Problems without a kind belong together if they say the same.
    const std::string& name = problem.kind.empty() ? problem.sentence : problem.kind;
    const auto [at, is_new] = known.emplace(std::pair(name, refused), groups.size());
    if (is_new) groups.push_back({.id = problem.kind, .kind = kind, .refused = refused});
    groups[at->second].problems.push_back(&problem);
  }
  std::stable_sort(groups.begin(), groups.end(), [](const KindGroup& a, const KindGroup& b) {
    if (a.refused != b.refused) return a.refused;
    return a.problems.size() > b.problems.size();
  });
  return groups;
}

}  // namespace

std::string counted(size_t number, const std::string& noun) {
  return std::to_string(number) + ' ' + noun + (number == 1 ? "" : "s");
}

std::vector<const contract::Problem*> KindGroup::first_places() const {
  std::vector<size_t> chosen;
  std::set<std::string_view> sentences;
  for (size_t i = 0; i < problems.size() && chosen.size() < kFirstPlaces; ++i) {
    if (sentences.insert(problems[i]->sentence).second) chosen.push_back(i);
  }
  for (size_t i = 0; i < problems.size() && chosen.size() < kFirstPlaces; ++i) {
    if (std::find(chosen.begin(), chosen.end(), i) == chosen.end()) chosen.push_back(i);
  }
  std::sort(chosen.begin(), chosen.end());
  std::vector<const contract::Problem*> places;
  for (const size_t i : chosen) places.push_back(problems[i]);
  return places;
}

std::string_view KindGroup::title() const {
  return kind == nullptr ? "" : kind->title;
}

std::string_view KindGroup::advice() const {
  return kind == nullptr ? "" : kind->advice;
}

std::string_view CheckReport::verdict_name() const {
  return verdict == Verdict::valid     ? "valid"
         : verdict == Verdict::refused ? "refused"
                                       : "unreadable";
}

size_t CheckReport::count(bool refused) const {
  size_t count = 0;
  for (const KindGroup& group : groups) {
    if (group.refused == refused) count += group.problems.size();
  }
  return count;
}

CheckReport check_file(const std::string& file, const contract::ContractOptions& options,
                       bool strict) {
  CheckReport report{.file = file};
  auto compiled = contract::compile_file(file, options);
  if (compiled) {
    report.problems = std::move(compiled->problems);
    if (compiled->contract) {
      contract::remark_examples(*compiled->contract);
      report.problems = compiled->contract->sources().problems().sorted();
    }
    report.paths = compiled->paths;
    report.served = compiled->served;
    report.not_served = std::move(compiled->not_served);
    report.cross_origin = std::move(compiled->cross_origin);
    report.secured = compiled->secured;
    report.limited = compiled->limited;
  } else {
    const std::string& message = compiled.error().message;
    const bool has_name = message.starts_with(file + ": ");
    report.problems.push_back({.kind = "unreadable-document",
                               .file = file,
                               .sentence = has_name ? message.substr(file.size() + 2) : message});
  }
  report.groups = grouped(report.problems, strict);
  report.verdict = !compiled || !compiled->readable ? CheckReport::Verdict::unreadable
                   : report.count(true) > 0         ? CheckReport::Verdict::refused
                                                    : CheckReport::Verdict::valid;
  return report;
}

}  // namespace penstock::apps
