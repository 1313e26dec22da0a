// Writes reports of `check` for programs: as JSON of our own, and as SARIF.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "apps/contract/check_report.h"
#include "apps/contract/pretty_json.h"

namespace penstock::apps {
namespace {

namespace bj = boost::json;

std::string_view effect_name(contract::ProblemKind::Effect effect) {
  using Effect = contract::ProblemKind::Effect;
  return effect == Effect::refused        ? "refused"
         : effect == Effect::not_enforced ? "not_enforced"
                                          : "remark";
}

std::string_view severity_of(bool refused) {
  return refused ? "refusal" : "remark";
}

bj::object json_of_report(const CheckReport& report) {
  bj::array not_served;
  for (const auto& [reason, count] : report.not_served) {
    not_served.push_back(bj::object{{"reason", reason}, {"count", count}});
  }
  bj::array cross_origin;
  for (const auto& [origins, count] : report.cross_origin) {
    cross_origin.push_back(bj::object{{"origins", origins}, {"count", count}});
  }
  bj::array kinds;
  for (const KindGroup& group : report.groups) {
    bj::object made{{"kind", group.id}, {"severity", severity_of(group.refused)}};
    if (group.kind != nullptr) {
      made["effect"] = effect_name(group.kind->effect);
      made["title"] = group.title();
      made["advice"] = group.advice();
    }
    made["count"] = group.problems.size();
    kinds.push_back(std::move(made));
  }
  bj::array problems(report.problems.size());
  for (const KindGroup& group : report.groups) {
    for (const contract::Problem* problem : group.problems) {
      bj::object made{
          {"severity", severity_of(group.refused)}, {"kind", group.id}, {"file", problem->file}};
      if (problem->line > 0) {
        made["line"] = problem->line;
        made["column"] = problem->column;
      }
      made["sentence"] = problem->sentence.empty() ? problem->text() : problem->sentence;
      problems[static_cast<size_t>(problem - report.problems.data())] = std::move(made);
    }
  }
  return {{"file", report.file},
          {"verdict", report.verdict_name()},
          {"refusals", report.count(true)},
          {"remarks", report.count(false)},
          {"paths", report.paths},
          {"served", report.served},
          {"not_served", std::move(not_served)},
          {"cross_origin", std::move(cross_origin)},
          {"secured", report.secured},
          {"limited", report.limited},
          {"kinds", std::move(kinds)},
          {"problems", std::move(problems)}};
}

// Returns a file's name as a URI reference (RFC 3986): an absolute name becomes a URI.
std::string uri_of(std::string_view file) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kKept = "-._~!$&'()*+,;=@/";
  if (file.find("://") != std::string_view::npos) return std::string(file);
  std::string uri = file.starts_with('/') ? "file://" : "";
  for (const char c : file) {
    const auto byte = static_cast<unsigned char>(c);
    const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      kKept.find(c) != std::string_view::npos;
    if (kept) {
      uri += c;
    } else {
      uri += {'%', kHex[byte >> 4U], kHex[byte & 0xfU]};
    }
  }
  return uri;
}

std::string_view level_of(const KindGroup& group) {
  if (group.refused) return "error";
  const bool note =
      group.kind != nullptr && group.kind->effect == contract::ProblemKind::Effect::remark;
  return note ? "note" : "warning";
}

bj::array rules() {
  bj::array made;
  for (const contract::ProblemKind& kind : contract::problem_kinds()) {
    using Effect = contract::ProblemKind::Effect;
    const std::string_view level = kind.effect == Effect::refused        ? "error"
                                   : kind.effect == Effect::not_enforced ? "warning"
                                                                         : "note";
    made.push_back(bj::object{{"id", kind.id},
                              {"shortDescription", {{"text", std::string(kind.title) + '.'}}},
                              {"help", {{"text", kind.advice}}},
                              {"defaultConfiguration", {{"level", level}}}});
  }
  return made;
}

void add_results(const CheckReport& report, bj::array& results) {
  for (const KindGroup& group : report.groups) {
    for (const contract::Problem* problem : group.problems) {
      bj::object physical{{"artifactLocation", {{"uri", uri_of(problem->file)}}}};
      if (problem->line > 0) {
        physical["region"] =
            bj::object{{"startLine", problem->line}, {"startColumn", problem->column}};
      }
      bj::object result;
      if (group.kind != nullptr) {
        result["ruleId"] = group.id;
        result["ruleIndex"] = group.kind - contract::problem_kinds().data();
      }
      result["level"] = level_of(group);
      result["message"] =
          bj::object{{"text", problem->sentence.empty() ? problem->text() : problem->sentence}};
      result["locations"] = bj::array{bj::object{{"physicalLocation", std::move(physical)}}};
      results.push_back(std::move(result));
    }
  }
}

}  // namespace

std::string json_of(const std::vector<CheckReport>& reports) {
  bj::array files;
  for (const CheckReport& report : reports) files.push_back(json_of_report(report));
  return pretty_json(bj::object{{"files", std::move(files)}}) + '\n';
}

// SARIF 2.1.0 is the format of static analysis that code hosts read (OASIS, 2020).
std::string sarif_of(const std::vector<CheckReport>& reports) {
  bj::array results;
  for (const CheckReport& report : reports) add_results(report, results);
  bj::object driver{{"name", "penstock_contract"}, {"rules", rules()}};
  bj::object run{{"tool", {{"driver", std::move(driver)}}},
                 {"columnKind", "unicodeCodePoints"},
                 {"results", std::move(results)}};
  return pretty_json(bj::object{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                                {"version", "2.1.0"},
                                {"runs", bj::array{std::move(run)}}}) +
         '\n';
}

}  // namespace penstock::apps
