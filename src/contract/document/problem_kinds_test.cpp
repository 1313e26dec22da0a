// Holds the table of kinds against the sources, which give kinds to problems, and against the
// document that lists them.
#include "contract/document/problem_kinds.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace penstock::contract {
namespace {

const std::filesystem::path kRoot = PENSTOCK_ROOT;

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// Returns the arguments of the call whose parenthesis is before `at`.
std::vector<std::string> arguments_at(const std::string& text, size_t at) {
  std::vector<std::string> arguments(1);
  int depth = 0;
  for (bool quoted = false; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted && c == '\\') {
      arguments.back() += text.substr(at++, 2);
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (!quoted && depth == 0 && c == ')') break;
    if (!quoted && depth == 0 && c == ',') {
      arguments.emplace_back();
      continue;
    }
    if (!quoted) depth += c == '(' || c == '{' ? 1 : c == ')' || c == '}' ? -1 : 0;
    arguments.back() += c;
  }
  return arguments;
}

// Returns the kinds that the calls of problem() and remark() name: the second of three arguments,
// or the first of the two of a lambda, or both of its choices. Those of patterns are constants or
// members of a PatternFault.
std::set<std::string> kinds_in(const std::string& text) {
  static const std::regex kKind(R"re("([a-z0-9]+(?:-[a-z0-9]+)*)")re");
  static const std::regex kConstant(
      R"re((?:string_view kPattern[A-Za-z]+|\.kind) = "([a-z-]+)")re");
  std::set<std::string> kinds;
  for (const std::string call : {"problem(", "remark("}) {
    for (size_t at = 0; (at = text.find(call, at)) != std::string::npos;) {
      at += call.size();
      const auto arguments = arguments_at(text, at);
      if (arguments.size() < 2) continue;
      const std::string& kind = arguments[arguments.size() == 2 ? 0 : 1];
      for (std::sregex_iterator one(kind.begin(), kind.end(), kKind), end; one != end; ++one) {
        kinds.insert((*one)[1]);
      }
    }
  }
  for (std::sregex_iterator one(text.begin(), text.end(), kConstant), end; one != end; ++one) {
    kinds.insert((*one)[1]);
  }
  return kinds;
}

std::set<std::string> kinds_of_sources() {
  std::set<std::string> kinds;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(kRoot / "src" / "contract")) {
    const std::string name = entry.path().filename();
    if (entry.path().extension() != ".cpp" && entry.path().extension() != ".h") continue;
    if (name.ends_with("_test.cpp") || name.starts_with("problem_kinds")) continue;
    kinds.merge(kinds_in(text_of(entry.path())));
  }
  return kinds;
}

TEST(ProblemKinds, TheReaderOfSourcesFindsKinds) {
  EXPECT_EQ(kinds_in(R"(sources_.problem(*f(a, "x-y"), "one-kind", "a, \"b\"" + c(d, "e"));
                        remark(at, is_3_0 ? "two-kinds" : "a-third", g);
                        remark("kind", "no-kind here"); problem(at, "not a kind", h);
                        constexpr std::string_view kPatternSyntax = "pattern-syntax";
                        return PatternFault{.kind = "a-fault"};)"),
            (std::set<std::string>{"one-kind", "two-kinds", "a-third", "kind", "pattern-syntax",
                                   "a-fault"}));
}

TEST(ProblemKinds, EveryKindOfTheSourcesIsInTheTable) {
  const std::set<std::string> used = kinds_of_sources();
  EXPECT_GE(used.size(), 5u);
  for (const std::string& kind : used) EXPECT_NE(find_problem_kind(kind), nullptr) << kind;
}

TEST(ProblemKinds, EveryKindOfTheTableIsUsed) {
  std::set<std::string> used = kinds_of_sources();
  used.insert("unreadable-document");  // Problems gives it to files by itself.
  for (const ProblemKind& kind : problem_kinds()) EXPECT_TRUE(used.contains(std::string(kind.id)));
}

TEST(ProblemKinds, EveryKindSaysWhatToWrite) {
  for (const ProblemKind& kind : problem_kinds()) {
    EXPECT_EQ(find_problem_kind(kind.id), &kind);
    EXPECT_FALSE(kind.title.empty() || kind.title.ends_with('.')) << kind.id;
    EXPECT_TRUE(kind.advice.ends_with('.')) << kind.id;
  }
  EXPECT_EQ(find_problem_kind("no-such-kind"), nullptr);
}

TEST(ProblemKinds, TheDocumentListsTheTable) {
  std::string wanted = "## Kinds of problems\n";
  for (const ProblemKind& kind : problem_kinds()) {
    using Effect = ProblemKind::Effect;
    wanted += "\n- `" + std::string(kind.id) + "`" +
              (kind.effect == Effect::refused        ? ""
               : kind.effect == Effect::not_enforced ? " (remark; --strict refuses it)"
                                                     : " (remark)") +
              ": " + std::string(kind.title) + ".";
  }
  std::string document = text_of(kRoot / "docs" / "contract" / "problems.md");
  const size_t start = document.find("## Kinds of problems");
  ASSERT_NE(start, std::string::npos);
  document.erase(0, start);
  // What is between the heading and the list is for the reader. A row may have two lines.
  const size_t list = document.find("\n- `");
  ASSERT_NE(list, std::string::npos);
  document = "## Kinds of problems\n" + document.substr(list);
  document = std::regex_replace(document, std::regex("\n  +"), " ");
  EXPECT_EQ(document, wanted + "\n");
}

}  // namespace
}  // namespace penstock::contract
