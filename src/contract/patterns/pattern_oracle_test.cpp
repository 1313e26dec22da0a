// Compares automata with RE2, which says what a pattern means: many random patterns, each with many
// random texts. The seed is fixed, so every run makes the same ones.
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <array>
#include <random>
#include <string>

#include "contract/expressions/attempt.h"
#include "contract/patterns/automaton.h"
#include "contract/expressions/expression.h"

namespace penstock::contract {
namespace {

constexpr std::array kAtoms = {"a",
                               "b",
                               "c",
                               "k",
                               "S",
                               " ",
                               "-",
                               "1",
                               "_",
                               "é",
                               "ſ",
                               "K",
                               "😀",
                               ".",
                               "\\.",
                               "\\d",
                               "\\D",
                               "\\w",
                               "\\W",
                               "\\s",
                               "\\S",
                               "\\n",
                               "\\x41",
                               "\\x{e9}",
                               "\\x{1F600}",
                               "\\x{00041}",
                               "\\x{d7ff}",
                               "[\\x{d7ff}-\\x{e000}]",
                               "\\101",
                               "\\07",
                               "\\C",
                               "\\Qa.b\\E",
                               "\\Q*\\E",
                               "\\v",
                               "\\a",
                               "\\-",
                               "(?P<m>a|)",
                               "(|a)",
                               "(a||b)",
                               "()",
                               "[-a]",
                               "[a-]",
                               "[a\\]b]",
                               "[\\]]",
                               "[\\^a]",
                               "[a^]",
                               "[^^]",
                               "[]-a]",
                               "[+--]",
                               "[\\w-z]",
                               "[\\d-]",
                               "[a-\\d]",
                               "[a-c-z]",
                               "[[a]",
                               "[[:word:]]",
                               "[[:^word:]]",
                               "[^[:^digit:]K]",
                               "[[:space:][:punct:]]",
                               "[[:a]",
                               "[\\x41-\\x{5a}]",
                               "[\\101a]",
                               "[\\S\\d]",
                               "[^\\S]",
                               "[\\PL\\p{Lu}]",
                               "[^\\PL]",
                               "\\P{^Greek}",
                               "\\p{Any}",
                               "[^\\p{Any}]",
                               "[é-ÿſ]",
                               "[K-ω]",
                               "[k-s]",
                               "[^K]",
                               "[\\x{212a}]",
                               "[abc]",
                               "[^abc]",
                               "[a-z]",
                               "[^a-]",
                               "[]a]",
                               "[^]a]",
                               "[\\d_]",
                               "[^\\w]",
                               "[\\W]",
                               "[a\\-z]",
                               "[é-ü]",
                               "[^é]",
                               "[[:alpha:]]",
                               "[^[:space:]-]",
                               "\\pL",
                               "\\PL",
                               "\\p{Lu}",
                               "[\\p{Greek}a]",
                               "[^\\p{N}]",
                               "\\p{^Lu}",
                               "[\\x{100}-\\x{10ffff}]",
                               "[\\n ]",
                               "Ω",
                               "ß",
                               "{",
                               "}",
                               "\\/",
                               "[.]",
                               "[+*?]",
                               "ab",
                               "a1"};
constexpr std::array kAssertions = {"^", "$", "\\b", "\\B", "\\A", "\\z"};
constexpr std::array kRepetitions = {
    "*",    "+",      "?",    "*?",     "+?",     "??",     "{2}",  "{0}",   "{0,1}",  "{1,3}",
    "{2,}", "{0,12}", "{3}?", "{1,70}", "{02}",   "{1,03}", "{,2}", "{007}", "{1001}", "{2,1}",
    "{1,2", "{ 1}",   "**",   "+*",     "{2}{3}", "{2}*",   "{00}", "{0,0}"};
constexpr std::array kGroups = {
    "(", "(?:", "(?i:", "(?m:", "(?s:", "(?-s:", "(?im-s:", "(?P<n>", "(?<o>", "(?U:", "(?i-m:"};
constexpr std::array kFlags = {"(?i)", "(?m)", "(?s)", "(?-i)", "(?ims)"};
constexpr std::array kCharacters = {"a",  "b",  "c", "k",  "K",  "s",          "S",     "z", "A",
                                    "Z",  "1",  "9", "_",  " ",  "-",          ".",     "/", "{",
                                    "\n", "\t", "é", "É",  "ü",  "ſ",          "K",     "ß", "Ω",
                                    "ω",  "ж",  "١", "中", "😀", "\U0010ffff", "\u2028"};

class Random {
 public:
  size_t below(size_t limit) { return engine_() % limit; }
  template <class List>
  std::string one_of(const List& list) {
    return list[below(list.size())];
  }

  std::string pattern(int depth) {
    std::string all;
    const size_t count = 1 + below(4);
    for (size_t i = 0; i < count; ++i) {
      const size_t choice = below(20);
      std::string part;
      if (choice < 3 && depth > 0) {
        part = one_of(kGroups) + pattern(depth - 1) + ")";
      } else if (choice == 3 && depth > 0) {
        part = "(" + pattern(depth - 1) + "|" + pattern(depth - 1) + ")";
      } else if (choice < 7) {
        part = one_of(kAssertions);
      } else if (choice == 7) {
        part = one_of(kFlags);
      } else if (choice == 8 && depth == 3) {
        part = "|";
      } else {
        part = one_of(kAtoms);
      }
      all += part;
      if (below(3) == 0) all += one_of(kRepetitions);
    }
    return all;
  }

  std::string text() {
    std::string all;
    const size_t size = below(below(8) == 0 ? 90 : 9);
    // Texts of few different characters match more often.
    const size_t few = below(2) == 0 ? kCharacters.size() : 1 + below(4);
    const size_t from = below(kCharacters.size() - few + 1);
    for (size_t i = 0; i < size; ++i) all += kCharacters[from + below(few)];
    return all;
  }

 private:
  std::mt19937 engine_{20'260'131};
};

TEST(PatternOracle, AnAutomatonFindsWhatRe2Finds) {
  constexpr int kPatterns = 3000;
  constexpr int kTexts = 24;
  Random random;
  int valid = 0;
  int made = 0;
  int found = 0;
  for (int i = 0; i < kPatterns; ++i) {
    const std::string pattern = random.pattern(3);
    RE2::Options options(RE2::Quiet);
    options.set_max_mem(4 << 20);
    const RE2 oracle(pattern, options);
    if (!oracle.ok()) continue;
    ++valid;
    Attempt attempt;
    const auto expression = read_expression(pattern, attempt);
    const auto automaton = expression ? Automaton::make(*expression, attempt) : std::nullopt;
    if (!automaton) continue;
    ++made;
    for (int j = 0; j < kTexts; ++j) {
      const std::string text = random.text();
      const bool expected = RE2::PartialMatch(text, oracle);
      found += expected ? 1 : 0;
      ASSERT_EQ(automaton->is_found_in(text), expected)
          << "pattern " << pattern << " text " << testing::PrintToString(text);
    }
  }
  // The test is worth nothing if few patterns are valid, get an automaton, or match.
  EXPECT_GT(valid, kPatterns / 2);
  EXPECT_GT(made, valid / 2) << valid;
  EXPECT_GT(found, made * kTexts / 5);
  EXPECT_LT(found, made * kTexts * 4 / 5);
}

}  // namespace
}  // namespace penstock::contract
