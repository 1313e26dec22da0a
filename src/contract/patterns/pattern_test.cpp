#include "contract/patterns/pattern.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::contract {
namespace {

Pattern compiled(std::string_view text, const PatternLimits& limits = {}) {
  return PatternCompiler(limits).compile(text).value();
}

TEST(Pattern, TakesOneStepAByteForWhatContractsHave) {
  struct Example {
    std::string_view pattern;
    std::string_view matches;
    std::string_view fails;
  };
  constexpr Example kExamples[] = {
      {R"(^[\p{L} '.-]{1,100}$)", "Zoë O'Neill-Ωmega", "Zoë 2"},
      {"^[a-z0-9-]{1,63}$", "my-host-1", "My-host"},
      {R"(^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,255}\.[A-Za-z]{2,24}$)", "jo@example.com", "jo@"},
      {"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$", "aGVsbG8=", "aGVsbG8"},
      {"^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
       "123e4567-e89b-42d3-a456-426614174000", "123e4567-e89b-42d3-a456-42661417400"},
      {R"(^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$)", "2026-01-31", "2026-13-01"},
      {R"(^\S+$)", "word", "two words"},
      {R"(^[^\s@]+@[^\s@]+$)", "a@b", "a@b@c"},
      {"^(?i)(sku|ean)-[0-9]{1,1000}$", "SKU-1", "isbn-1"},
      {R"(\bcat\b)", "a cat.", "concatenate"},
      {"^.{1,1000}$", "x", ""},
      {"", "", "\xff" /* no text fails */},
  };
  for (const Example& example : kExamples) {
    const Pattern pattern = compiled(example.pattern);
    EXPECT_EQ(pattern.steps_per_byte(), 1u) << example.pattern;
    EXPECT_LT(pattern.memory_bytes(), 100'000u) << example.pattern;
    EXPECT_TRUE(pattern.is_found_in(example.matches)) << example.pattern;
    EXPECT_EQ(pattern.is_found_in(example.fails), example.pattern.empty()) << example.pattern;
  }
}

TEST(Pattern, LeavesToRe2WhatIsTooLargeOrNotCertain) {
  constexpr std::string_view kPatterns[] = {
      R"(a\Bb)",                             // RE2 finds \B within characters, too.
      R"(\Qa.b\E)",                          // Rare constructs are not read.
      R"(\C)",                               // A byte of a character.
      "[ab].{20}[ab]",                       // It has 2^20 states.
      "(?:(?:a?b?c?d?e?f?g?h?){100}i){9}!",  // It has too many parts.
      "a{,2}",                               // These braces are literal.
  };
  for (const std::string_view text : kPatterns) {
    const auto pattern = PatternCompiler({.steps_per_byte_max = UINT64_MAX}).compile(text);
    ASSERT_TRUE(pattern) << text;
    EXPECT_GT(pattern->steps_per_byte(), 1u) << text;
    EXPECT_EQ(pattern->memory_bytes(), 1u << 20) << text;
  }
  EXPECT_TRUE(compiled(R"(\Qa.b\E)").is_found_in("xa.b"));
  EXPECT_TRUE(compiled("a{,2}").is_found_in("a{,2}"));
}

TEST(Pattern, IsAnAutomatonForListsOfWordsAndForMixedClasses) {
  std::string names = "^(";
  std::string codes = "^(";
  std::string characters = "^(";
  for (uint32_t i = 0; i < 1200; ++i) {
    const auto letter = [](uint32_t n) { return static_cast<char>('A' + n % 26); };
    const std::string code = {letter(i), letter(i / 26), letter(i / 676)};
    codes += (i == 0 ? "" : "|") + code;
    if (i < 600) names += (i == 0 ? "" : "|") + std::string("Europe/") + code + "_" + code;
    // These are hanzi, in UTF-8.
    if (i < 100) {
      characters += i == 0 ? "" : "|";
      characters += {'\xe4', static_cast<char>(0xb8 + i / 64), static_cast<char>(0x80 + i % 64)};
      characters += {'\xe5', static_cast<char>(0x80 + i / 64), static_cast<char>(0x80 + i % 64)};
    }
  }
  PatternCompiler compiler({.steps_per_byte_max = 8});
  const auto hanzi = compiler.compile(characters + ")$");
  ASSERT_TRUE(hanzi) << hanzi.error().message;
  EXPECT_EQ(hanzi->steps_per_byte(), 1u);
  EXPECT_TRUE(hanzi->is_found_in("\xe4\xb8\x81\xe5\x80\x81"));
  EXPECT_FALSE(hanzi->is_found_in("\xe4\xb8\x81\xe5\x80\x82"));
  const auto code = compiler.compile(codes + ")$");
  ASSERT_TRUE(code) << code.error().message;
  EXPECT_TRUE(code->is_found_in("BHA"));
  EXPECT_FALSE(code->is_found_in("BHAA"));
  // Its table is large, so a text can make it miss the processor's caches.
  const auto name = compiler.compile(names + ")$");
  ASSERT_TRUE(name) << name.error().message;
  EXPECT_EQ(name->steps_per_byte(), 8u);
  EXPECT_LT(name->memory_bytes(), 1'200'000u);
  EXPECT_TRUE(name->is_found_in("Europe/BHA_BHA"));
  EXPECT_FALSE(name->is_found_in("Europe/BHA_BHB"));
  for (int i = 0; i < 100; ++i) {
    const auto mixed = compiler.compile("^[\\p{L}x" + std::to_string(i) + "]+$");
    ASSERT_TRUE(mixed) << i << mixed.error().message;
    EXPECT_EQ(mixed->steps_per_byte(), 1u) << i;
  }
}

TEST(Pattern, ReadsBoundsThatBeginWithZeroAsRe2Does) {
  EXPECT_TRUE(compiled("^a{02}$").is_found_in("a{02}"));
  EXPECT_FALSE(compiled("^a{02}$").is_found_in("aa"));
  EXPECT_TRUE(compiled("^a{1,03}$").is_found_in("a{1,03}"));
  EXPECT_TRUE(compiled("^a{0}$").is_found_in(""));
  EXPECT_TRUE(compiled("^a{0,2}$").is_found_in("aa"));
}

TEST(Pattern, BoundsTheCostOfEachAndTheMemoryOfAll) {
  PatternCompiler compiler(
      {.steps_per_byte_max = 200, .memory_bytes_max = 7 << 19, .steps_setting = "THE_SETTING"});
  const auto dear = compiler.compile(R"((?:a\B){40})");
  ASSERT_FALSE(dear);
  EXPECT_EQ(dear.error().message.substr(0, 45), R"(matching the pattern (?:a\B){40} takes up to )");
  EXPECT_NE(dear.error().message.find(
                "are allowed: it has no automaton, because it has something that only RE2 reads; "
                "use enum instead of a list of words, "),
            std::string::npos)
      << dear.error().message;
  EXPECT_NE(dear.error().message.find(", or allow more with THE_SETTING"), std::string::npos);
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(compiler.compile(R"(a\B)")) << "equal patterns are compiled once";
    EXPECT_TRUE(compiler.compile("^[a-z]{1,63}$"));
  }
  EXPECT_TRUE(compiler.compile(R"(b\B)"));
  EXPECT_TRUE(compiler.compile(R"(c\B)"));
  const auto large = compiler.compile(R"(d\B)");
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().message.substr(0, 64),
            R"(with the pattern d\B the patterns of the contract take 4097 KiB )");
  EXPECT_NE(large.error().message.find("of memory, and at most 3584 KiB are allowed; "),
            std::string::npos);
  EXPECT_TRUE(compiler.compile(R"(e\B)")) << "it is said once";
}

TEST(Pattern, BoundsTheTimeOfAllAutomata) {
  PatternCompiler compiler({});
  // Each takes a million visits or more, until all that there are have been lent.
  int automata = 0;
  for (int i = 0; i < 100; ++i) {
    const auto pattern = compiler.compile("^(?:a?){990}" + std::to_string(i));
    automata += pattern ? 1 : 0;
  }
  EXPECT_GT(automata, 5);
  EXPECT_LT(automata, 60);
  // What RE2 gives up is counted, too.
  base::Error last;
  for (int i = 0; i < 40; ++i) {
    const auto pattern = compiler.compile("(\\pL{500}){2}" + std::to_string(i));
    if (!pattern) last = pattern.error();
  }
  EXPECT_EQ(last.message.substr(0, 19), "before the pattern ") << last.message;
}

TEST(Pattern, ReadsAnyBytes) {
  // Bodies are UTF-8, but a handler's answer is matched before that is known.
  const Pattern pattern = compiled(R"(^[\p{L}\x{10000}-\x{10ffff}]*$)");
  for (const std::string_view text :
       {"\xe0\x81\x81", "\xf0\x80\x81\x81", "\x80", "\xc3", "\xe4\xb8", "\xf0\x9f\x92", "\xff",
        "a\xc0\x80", "\xf4\x90\x80\x80", "\xed\xa0\x80"}) {
    EXPECT_FALSE(pattern.is_found_in(text)) << testing::PrintToString(text);
  }
  // Neither longer sequences than needed nor surrogates are in a set, also if it has all the rest.
  for (const std::string_view text : {"\xe0\x81\x81", "\xf0\x80\x81\x81", "\xed\xa0\x80"}) {
    EXPECT_FALSE(compiled("^[^a]+$").is_found_in(text)) << testing::PrintToString(text);
  }
  EXPECT_TRUE(pattern.is_found_in("é中\xf4\x8f\xbf\xbf"));
}

}  // namespace
}  // namespace penstock::contract
