// Compares automata with RE2: many random patterns, each with many random texts. Both are made of
// the tree that our reader makes, so this is about the automata, about what is trimmed from a tree,
// and about how a tree is written for RE2. Node judges what the reader reads
// (tests/judges/judge_patterns.py). The seed is fixed, so every run makes the same ones.
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <array>
#include <random>
#include <string>

#include "contract/expressions/attempt.h"
#include "contract/expressions/expression.h"
#include "contract/patterns/automaton.h"
#include "contract/patterns/re2_text.h"
#include "contract/patterns/trim.h"

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
                               "\u212a",
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
                               "\\u00e9",
                               "\\u{1F600}",
                               "\\u{41}",
                               "[\\ud7ff-\\ue000]",
                               "\\ud83d\\ude00",
                               "\\ud83d",
                               "\\v",
                               "\\0",
                               "\\-",
                               "(?<m>a|)",
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
                               "[+--]",
                               "[]",
                               "[^]",
                               "[\\w-z]",
                               "[\\d-]",
                               "[a-\\d]",
                               "[a-c-z]",
                               "[[a]",
                               "[\\S\\d]",
                               "[^\\S]",
                               "\\P{Lu}",
                               "[\\P{L}\\p{Lu}]",
                               "[^\\P{L}]",
                               "\\p{Script=Greek}",
                               "\\p{Any}",
                               "[^\\p{Any}]",
                               "[é-ÿſ]",
                               "[\u212a-ω]",
                               "[k-s]",
                               "[^\u212a]",
                               "[abc]",
                               "[^abc]",
                               "[a-z]",
                               "[^a-]",
                               "[\\d_]",
                               "[^\\w]",
                               "[\\W]",
                               "[a\\-z]",
                               "[^é]",
                               "\\p{L}",
                               "\\P{L}",
                               "\\p{C}",
                               "[\\p{sc=Grek}a]",
                               "[^\\p{N}]",
                               "[\\u{100}-\\u{10ffff}]",
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
constexpr std::array kAssertions = {"^", "$", "\\b", "^", "$", "\\b", "\\B"};
constexpr std::array kRepetitions = {"*",    "+",      "?",     "*?",     "+?",    "??",
                                     "{2}",  "{0}",    "{0,1}", "{1,3}",  "{2,}",  "{0,12}",
                                     "{3}?", "{1,70}", "{02}",  "{1,03}", "{0,0}", "{1,1001}"};
constexpr std::array kGroups = {"(", "(?:", "(?i:", "(?m:", "(?s:", "(?-s:", "(?im-s:", "(?i-m:"};
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
        all += one_of(kAssertions);
        continue;
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
  constexpr int kPatterns = 1500;
  constexpr int kTexts = 24;
  Random random;
  int valid = 0;
  int made = 0;
  int found = 0;
  for (int i = 0; i < kPatterns; ++i) {
    const std::string pattern = random.pattern(3);
    Attempt attempt;
    auto read = read_pattern(pattern, attempt);
    if (!read.expression) continue;
    const auto written = write_for_re2(*read.expression, attempt);
    if (!written) continue;
    RE2::Options options(RE2::Quiet);
    options.set_max_mem(4 << 20);
    const RE2 oracle(*written, options);
    // Only its size may be a fault.
    ASSERT_TRUE(oracle.ok() || oracle.error_code() == RE2::ErrorPatternTooLarge)
        << "pattern " << pattern << ' ' << oracle.error();
    if (!oracle.ok()) continue;
    ++valid;
    trim(*read.expression);
    const auto automaton = Automaton::make(*read.expression, attempt);
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
