#include "contract/patterns/pattern.h"

#include <gtest/gtest.h>

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

TEST(Pattern, BoundsTheCostOfEachAndTheMemoryOfAll) {
  PatternCompiler compiler({.steps_per_byte_max = 200, .memory_bytes_max = 7 << 19});
  const auto dear = compiler.compile(R"((?:a\B){40})");
  ASSERT_FALSE(dear);
  EXPECT_EQ(dear.error().message.substr(0, 45), R"(matching the pattern (?:a\B){40} takes up to )");
  EXPECT_TRUE(compiler.compile(R"(a\B)"));
  EXPECT_TRUE(compiler.compile(R"(b\B)"));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(compiler.compile("^[a-z]{1,63}$"));
  const auto large = compiler.compile(R"(c\B)");
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().message,
            R"(with the pattern c\B, the patterns take up to 4 MiB of memory, and at most 3 are )"
            "allowed");
}

TEST(Pattern, ReadsAnyBytes) {
  // Bodies are UTF-8, but a handler's answer is matched before that is known.
  const Pattern pattern = compiled(R"(^[\p{L}\x{10000}-\x{10ffff}]*$)");
  for (const std::string_view text : {"\x80", "\xc3", "\xe4\xb8", "\xf0\x9f\x92", "\xff",
                                      "a\xc0\x80", "\xf4\x90\x80\x80", "\xed\xa0\x80"}) {
    EXPECT_FALSE(pattern.is_found_in(text)) << testing::PrintToString(text);
  }
  EXPECT_TRUE(pattern.is_found_in("é中\xf4\x8f\xbf\xbf"));
}

}  // namespace
}  // namespace penstock::contract
