#include "contract/document/problems.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "contract/document/document.h"

namespace penstock::contract {
namespace {

class ProblemsTest : public testing::Test {
 protected:
  void add(Problem::Severity severity, std::string_view kind, uint32_t line,
           std::string_view sentence = "is wrong") {
    Node node;
    node.file = &file_;
    node.line = line;
    problems_.add(severity, node, kind, sentence);
  }
  std::string message() const {
    const auto sound = problems_.check();
    return sound ? "" : sound.error().message;
  }

  const std::string file_ = "t.yaml";
  Problems problems_;
};

TEST_F(ProblemsTest, ARemarkRefusesNothing) {
  add(Problem::Severity::remark, "note", 1);
  EXPECT_TRUE(problems_.sound());
  EXPECT_EQ(message(), "");
  EXPECT_EQ(problems_.sorted().size(), 1u);
}

TEST_F(ProblemsTest, TheMessageHasTheFirstOfEachKindByLocation) {
  for (uint32_t line = 100; line > 10; --line) add(Problem::Severity::refusal, "often", line);
  add(Problem::Severity::refusal, "once", 200);
  add(Problem::Severity::remark, "note", 1);
  std::string wanted;
  for (int line = 11; line < 16; ++line) {
    wanted += "t.yaml:" + std::to_string(line) + ":1: is wrong\n";
  }
  EXPECT_EQ(message(), wanted +
                           "t.yaml:200:1: is wrong\n"
                           "There are 85 more problems of the kind 'often'.");
}

TEST_F(ProblemsTest, TheMessageIsBounded) {
  for (uint32_t line = 1; line < 1000; ++line) {
    add(Problem::Severity::refusal, "kind-" + std::to_string(line % 300), line);
  }
  const std::string text = message();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 50);
  EXPECT_TRUE(text.ends_with("\nThere are more problems than these 50.")) << text;
}

TEST_F(ProblemsTest, NoNumberOfRemarksHidesARefusal) {
  for (uint32_t line = 1; line <= 100'001; ++line) add(Problem::Severity::remark, "note", line);
  EXPECT_EQ(problems_.sorted().size(), 100'000u);
  add(Problem::Severity::refusal, "late", 200'000);
  EXPECT_FALSE(problems_.sound());
  EXPECT_EQ(message(), "t.yaml:200000:1: is wrong");
}

TEST_F(ProblemsTest, AnUnreadableFileHasItsPlaceOrItsWholeMessage) {
  problems_.add_unreadable("a:b.yaml", "a:b.yaml:3:4: is no YAML");
  problems_.add_unreadable("c.yaml", "something else");
  const auto sorted = problems_.sorted();
  ASSERT_EQ(sorted.size(), 2u);
  EXPECT_EQ(sorted[0].line, 3u);
  EXPECT_EQ(sorted[0].column, 4u);
  EXPECT_EQ(sorted[0].sentence, "is no YAML");
  EXPECT_EQ(sorted[0].text(), "a:b.yaml:3:4: is no YAML");
  EXPECT_EQ(sorted[1].text(), "something else");
}

}  // namespace
}  // namespace penstock::contract
