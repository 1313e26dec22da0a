#include "contract/expressions/expression.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::contract {
namespace {

// Returns "kind column: sentence", or "annex B column: sentence", or nothing.
std::string read(std::string_view pattern) {
  Attempt attempt;
  const ReadPattern read = read_pattern(pattern, attempt);
  EXPECT_NE(read.expression.has_value(), read.fault.has_value()) << pattern;
  const auto& said = read.fault ? read.fault : read.annex_b;
  if (!said) return "";
  return said->kind + ' ' + std::to_string(said->column) + ": " + said->sentence;
}

TEST(Expression, IsWhatEcmaSaysWithTheFlagU) {
  for (const std::string_view pattern :
       {"",
        "a|",
        "()",
        "(?:)",
        "[]",
        "[^]",
        "[-a]",
        "[a-]",
        "[--a]",
        "[[a]",
        R"([\b\-\]])",
        "a{0}",
        "a{2,}?",
        "a{02,3}",
        "a{4294967296,}",
        "^$",
        R"(\b\B)",
        R"(\d\D\s\S\w\W)",
        R"(\cA\0\x41)",
        R"(\u0041\u{1F600}\uD83D\uDE00\uD83D)",
        R"(\^\$\\\.\*\+\?\(\)\[\]\{\}\|\/)",
        R"(\p{L}\P{Lu}\p{Letter}\p{gc=Lu}\p{General_Category=Decimal_Number})",
        R"(\p{Script=Greek}\p{sc=Grek}\p{Any}\p{ASCII}\p{Assigned}\p{AHex}\p{White_Space})",
        "(?<a>.)(?<$_1>.)",
        "(?<n>a)|(?<n>b)",
        "(?i:a)(?m-is:^)(?-s:.)",
        "日本語?"}) {
    EXPECT_EQ(read(pattern), "") << pattern;
    EXPECT_TRUE(is_ecma_pattern(pattern)) << pattern;
  }
}

TEST(Expression, IsAlsoWhatDocumentsHaveOfAnnexB) {
  const auto note = [](int column, std::string_view sentence) {
    return "pattern-annex-b " + std::to_string(column) + ": " + std::string(sentence);
  };
  for (const std::string_view pattern :
       {R"(a\-)", R"(a\_)", R"(a\@)", R"(a\")", R"(a\é)", R"(a\ )"}) {
    EXPECT_EQ(read(pattern), note(2, R"(leave out the '\' before a character that needs none)"));
    EXPECT_TRUE(is_ecma_pattern(pattern)) << pattern;
  }
  EXPECT_EQ(read(R"([a\_])"), note(3, R"(leave out the '\' before a character that needs none)"));
  EXPECT_EQ(read("^{id}$"), note(2, R"(write \{)"));
  EXPECT_EQ(read("a}"), note(2, R"(write \})"));
  EXPECT_EQ(read("a]"), note(2, R"(write \])"));
  EXPECT_EQ(read(R"([\w-.])"), note(2, R"(write \- where no range is meant)"));
  EXPECT_EQ(read(R"([a-\d])"), note(2, R"(write \- where no range is meant)"));
}

TEST(Expression, SaysWhereBadSyntaxIs) {
  constexpr std::pair<std::string_view, std::string_view> kFaults[] = {
      {"é(a", "2: this '(' has no ')'"},
      {"a)", "2: this ')' closes no group; write \\) for the character"},
      {"a[b", "2: this '[' has no ']'"},
      {"[z-a]", "2: the range z-a ends before it begins"},
      {"a|*", "3: there is nothing to repeat before this quantifier"},
      {"^*", "2: there is nothing to repeat before this quantifier"},
      {"a**", "3: a quantifier follows a quantifier; write (?:...) around what is repeated"},
      {"a{2}{3}", "5: a quantifier follows a quantifier; write (?:...) around what is repeated"},
      {"a{3,2}", "2: the first number of these bounds is the larger one"},
      {"[a-z]{1-70}", R"(6: bounds are {2}, {2,} or {2,5}; write \{ if this is a character)"},
      {"a\\", "2: a '\\' at the end escapes nothing"},
      {R"(\u12)", R"(1: \u needs four hexadecimal digits, or \u{1F600})"},
      {R"(\u{110000})", R"(1: \u needs four hexadecimal digits, or \u{1F600})"},
      {R"(\p{L)", R"(1: this \p{ has no '}')"},
      {"(?<1>a)",
       "4: a group's name is made of letters, digits, '_' and '$', and does not begin "
       "with a digit"},
      {"(?<n", "4: a group's name ends with '>'"},
      {"(?<n>a)(?<n>b)", "11: another group has this name"},
      {R"((a)\2)", R"(4: there are not so many groups; for a character write \x and two digits)"},
      {R"(\k<n>)", "1: no group has this name"},
      {"\xff", "1: it is not UTF-8"},
  };
  for (const auto& [pattern, fault] : kFaults) {
    EXPECT_EQ(read(pattern), "pattern-syntax " + std::string(fault)) << pattern;
    EXPECT_FALSE(is_ecma_pattern(pattern)) << pattern;
  }
}

TEST(Expression, SaysWhatToWriteForWhatOtherDialectsKnow) {
  constexpr std::pair<std::string_view, std::string_view> kFaults[] = {
      {R"(\Aa)", R"(1: \A is not ECMA-262; write ^)"},
      {R"(a\Z)", R"(2: \Z is not ECMA-262; write $)"},
      {R"(a\z)", R"(2: \z is not ECMA-262; write $)"},
      {R"(\h)", R"(1: \h is not ECMA-262; write [ \t])"},
      {R"(\Qa\E)", R"(1: \Q is not ECMA-262; write a '\' before each special character)"},
      {R"(\y)", R"(1: \y is not ECMA-262; write what it stands for)"},
      {R"([\B])", R"(2: \B is not ECMA-262; write what it stands for)"},
      {R"(\x{41})", R"(1: \x is not ECMA-262 in this way; write \x and two digits, or \u{41})"},
      {R"(\101)", "1: there are not so many groups; for a character write \\x and two digits"},
      {R"([\101])",
       R"(2: octal numbers are not ECMA-262 with the flag u; write \x and two digits)"},
      {R"(\pL)", R"(1: write \p{L})"},
      {R"(\p{^L})", R"(1: \p{^L} is not ECMA-262; write \P{L})"},
      {R"(\p{Alnum})", R"(1: \p{Alnum} is not ECMA-262; write [A-Za-z0-9])"},
      {R"(\p{Han})", R"(1: \p{Han} is not ECMA-262; write \p{Script=Han})"},
      {R"(\p{IsLatin})", R"(1: \p{IsLatin} is not ECMA-262; write \p{Script=Latin})"},
      {R"(\p{Foo})", R"(1: \p{Foo} is not ECMA-262; write a general category such as \p{Lu}, or a )"
                     R"(script such as \p{Script=Greek})"},
      {"a[[:digit:]_]",
       R"(3: [:digit:] is not ECMA-262; write \d, which may be a part of a class)"},
      {"[^]]", R"(1: [] finds nothing and [^] any character in ECMA-262; write \] for a ']' in a )"
               "class"},
      {"[a-z&&[^b]]",
       R"(7: a class within a class is not ECMA-262; write \[ and \] for these two characters)"},
      {"a++", "3: a possessive quantifier is not ECMA-262; leave out this '+'"},
      {"a{,2}", "2: {,n} is not ECMA-262; write {0,n}"},
      {"(?i)a", "1: (?i) is not ECMA-262; write (?i:...) around what it is for"},
      {"(?x:a)", "1: the flags (?x are not ECMA-262, which has i, m and s"},
      {"(?P<n>a)", "1: (?P<name> is not ECMA-262; write (?<name>"},
      {"(?>a)", "1: (?> is not ECMA-262; write (?:, which finds all that it finds and more"},
  };
  for (const auto& [pattern, fault] : kFaults) {
    const std::string kind = pattern == R"(\101)" ? "pattern-syntax " : "pattern-dialect ";
    EXPECT_EQ(read(pattern), kind + std::string(fault)) << pattern;
    EXPECT_FALSE(is_ecma_pattern(pattern)) << pattern;
  }
}

TEST(Expression, RefusesWhatCannotBeEnforcedAlthoughItIsEcma) {
  constexpr std::pair<std::string_view, std::string_view> kKinds[] = {
      {"^(?!a)", "pattern-look-around 2: "},          {"a(?=b)", "pattern-look-around 2: "},
      {"(?<=a)b", "pattern-look-around 1: "},         {"(?<!a)b", "pattern-look-around 1: "},
      {R"((a)\1)", "pattern-back-reference 4: "},     {R"(\1(a))", "pattern-back-reference 1: "},
      {R"((?<n>a)\k<n>)", "pattern-back-reference "}, {R"(\p{Emoji})", "pattern-property 1: "},
      {R"(\p{scx=Grek})", "pattern-property 1: "},
  };
  for (const auto& [pattern, kind] : kKinds) {
    EXPECT_EQ(read(pattern).substr(0, kind.size()), kind) << pattern;
    EXPECT_TRUE(is_ecma_pattern(pattern)) << pattern;
  }
  // Bad syntax is worse.
  EXPECT_EQ(read("(?=a)("), "pattern-syntax 6: this '(' has no ')'");
  EXPECT_FALSE(is_ecma_pattern("(?=a"));
}

TEST(Expression, HasLimits) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '(') + 'a' + std::string(depth, ')');
  };
  EXPECT_EQ(read(nested(100)), "");
  EXPECT_EQ(read(nested(101)), "pattern-too-large 102: groups are nested more than 100 deep");
  EXPECT_EQ(read(std::string(65536, 'a')), "");
  EXPECT_EQ(read(std::string(65537, 'a')), "pattern-too-large 1: it has more than 65536 bytes");
  std::string many;
  while (many.size() < 60'000) many += R"(\p{L})";
  EXPECT_EQ(read(many).substr(0, 18), "pattern-too-large ");
}

}  // namespace
}  // namespace penstock::contract
