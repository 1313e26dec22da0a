// Writes a report of `check` for people: in a terminal, and in the log of GitHub Actions.
#include "apps/contract/check_report.h"
#include "base/printable_text.h"
#include "contract/document/document.h"

namespace penstock::apps {
namespace {

using contract::kSentenceBytesMax;

constexpr std::string_view kBold = "1";
constexpr std::string_view kRed = "1;31";
constexpr std::string_view kGreen = "1;32";
constexpr std::string_view kYellow = "1;33";

std::string in_colour(std::string_view colour, std::string text, bool colours) {
  if (!colours) return text;
  return "\x1b[" + std::string(colour) + 'm' + std::move(text) + "\x1b[0m";
}

// Returns "6 problems of 5 kinds".
std::string counts(const CheckReport& report, bool refused, const std::string& noun) {
  size_t kinds = 0;
  for (const KindGroup& group : report.groups) kinds += group.refused == refused ? 1 : 0;
  return counted(report.count(refused), noun) + " of " + counted(kinds, "kind");
}

std::string summary(const CheckReport& report, bool colours) {
  const std::string_view colour = report.verdict == CheckReport::Verdict::valid ? kGreen : kRed;
  std::string line = base::printable(report.file, kSentenceBytesMax) + ": " +
                     in_colour(colour, std::string(report.verdict_name()), colours);
  if (report.verdict == CheckReport::Verdict::unreadable) return line + '\n';
  if (report.count(true) > 0) line += "; " + counts(report, true, "problem");
  size_t not_served = 0;
  std::string reasons;
  for (const auto& [reason, count] : report.not_served) {
    not_served += count;
    std::string sentence = base::printable(reason, kSentenceBytesMax);
    if (sentence.ends_with('.')) sentence.pop_back();
    reasons += (reasons.empty() ? "" : "; ") + std::to_string(count) + ": " + sentence;
  }
  line += "; " + counted(report.served + not_served, "operation") + " on " +
          counted(report.paths, "path");
  if (not_served > 0) {
    line += ", of which " + std::to_string(not_served) + (not_served == 1 ? " is" : " are") +
            " not served (" + reasons + ')';
  }
  if (report.secured > 0) {
    line += "; " + counted(report.secured, "operation") + " with security";
  }
  if (report.limited > 0) line += "; " + counted(report.limited, "operation") + " with a rate";
  for (const auto& [origins, count] : report.cross_origin) {
    line += "; " + counted(count, "operation") + " for pages of " +
            base::printable(origins, kSentenceBytesMax);
  }
  if (report.count(false) > 0) line += "; " + counts(report, false, "remark");
  return line + '\n';
}

// Breaks an indented sentence into lines of at most 100 columns. The table of kinds is ASCII.
std::string wrapped(std::string_view sentence) {
  constexpr size_t kColumns = 98;
  std::string lines;
  while (sentence.size() > kColumns) {
    const size_t space = sentence.rfind(' ', kColumns);
    if (space == std::string_view::npos) break;
    lines += "  " + std::string(sentence.substr(0, space)) + '\n';
    sentence.remove_prefix(space + 1);
  }
  return lines + "  " + std::string(sentence) + '\n';
}

std::string text_of_group(const KindGroup& group, bool all, bool colours) {
  std::string text =
      in_colour(group.refused ? kRed : kYellow, group.refused ? "refused" : "remark", colours);
  if (!group.id.empty()) text += ' ' + in_colour(kBold, group.id, colours);
  if (!group.title().empty()) text += ": " + std::string(group.title());
  text += " (" + counted(group.problems.size(), "place") + ")\n";
  const auto places = all ? group.problems : group.first_places();
  for (const contract::Problem* problem : places) text += "  " + problem->text() + '\n';
  if (const size_t more = group.problems.size() - places.size(); more > 0) {
    text += "  … and " + counted(more, "more place") + "; --all prints them\n";
  }
  if (!group.advice().empty()) {
    text += wrapped("What to write: " + std::string(group.advice()));
  }
  return text;
}

// Escapes what ends the message of a workflow command of GitHub Actions, or one of its properties.
std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    if (c == '%') {
      out += "%25";
    } else if (c == '\r') {
      out += "%0D";
    } else if (c == '\n') {
      out += "%0A";
    } else if (property && c == ':') {
      out += "%3A";
    } else if (property && c == ',') {
      out += "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

std::string_view command_of(const KindGroup& group) {
  if (group.refused) return "error";
  const bool note =
      group.kind != nullptr && group.kind->effect == contract::ProblemKind::Effect::remark;
  return note ? "notice" : "warning";
}

}  // namespace

std::string text_of(const CheckReport& report, bool all, bool colours) {
  std::string text;
  for (const KindGroup& group : report.groups) text += text_of_group(group, all, colours);
  return text + summary(report, colours);
}

// The commands are those of GitHub's "Workflow commands for GitHub Actions"; the escapes are those
// of its toolkit.
std::string github_of(const CheckReport& report, bool all) {
  std::string text;
  for (const KindGroup& group : report.groups) {
    const auto places = all ? group.problems : group.first_places();
    for (const contract::Problem* problem : places) {
      text += "::" + std::string(command_of(group)) + " file=" + escaped(problem->file, true);
      if (problem->line > 0) {
        text +=
            ",line=" + std::to_string(problem->line) + ",col=" + std::to_string(problem->column);
      }
      if (!group.id.empty()) text += ",title=" + escaped(group.id, true);
      text += "::" + escaped(problem->sentence, false);
      if (problem == places.back() && places.size() < group.problems.size()) {
        text += " (and " + counted(group.problems.size() - places.size(), "more place") + ")";
      }
      text += '\n';
    }
  }
  return text + summary(report, false);
}

}  // namespace penstock::apps
