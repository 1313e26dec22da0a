#include "contract/patterns/pattern.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

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
      {"^(?i:(sku|ean)-[0-9]{1,1000})$", "SKU-1", "isbn-1"},
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

// Has what a pattern means, where dialects of regular expressions differ.
TEST(Pattern, MeansWhatEcmaSays) {
  struct Example {
    std::string_view pattern;
    std::vector<std::string_view> matches;
    std::vector<std::string_view> fails;
  };
  using namespace std::string_view_literals;
  const Example kExamples[] = {
      {"^.$", {"a", "😀", "\x0b", "\u0085"}, {"\n", "\r", "\u2028", "\u2029", "ab"}},
      {"a$", {"a"}, {"a\n", "a\r"}},
      {"^(?s:.)$", {"\n", "\u2028"}, {""}},
      {"(?m:^b$)",
       {"b", "a\nb\r", "a\u2028b"},
       {"ab",
        "a\x0b"
        "b"}},
      {R"(^\s$)",
       {"\t", "\x0b", "\u00a0", "\ufeff", "\u2028", "\u3000"},
       {"\u200b", "\u0085", "a"}},
      {R"(^\S$)", {"\u200b", "\u0085", "a"}, {"\x0b", "\ufeff"}},
      {R"(^\d$)", {"7"}, {"\u0661"}},
      {R"(^\w$)", {"_", "Z"}, {"é", "-"}},
      {R"([\b])", {"\b"}, {"b"}},
      {R"(\bé)", {"aé"}, {"é"}},
      {R"(^\Bé\B$)", {"é"}, {"aé"}},
      {R"(^é\B)", {"é", "é-"}, {"éa"}},
      {"^[^]$", {"\n", "😀"}, {""}},
      {"[]", {}, {"", "]", "a"}},
      {"a[]|b", {"b"}, {"a]"}},
      {R"(^\uD83D\uDE00$)", {"😀"}, {"😁"}},
      {R"(^[\uD83D\uDE00-\uD83D\uDE02]$)", {"😁"}, {"😃"}},
      {R"(^\u{1F600}\u0041\x42\cJ\0$)", {"😀AB\n\0"sv}, {"😀AB\n"}},
      {R"(\uD83D)", {}, {"😀", "\xed\xa0\xbd"}},
      {R"(^[\u0020-\u007E]+$)", {"a ~"}, {"é", ""}},
      {R"(^\p{Letter}\p{gc=Nd}\p{Script=Greek}\p{sc=Cyrl}$)", {"é1ωж"}, {"éaωж"}},
      {R"(^\P{L}$)", {"1"}, {"é"}},
      {R"(^[^\P{Lu}]$)", {"É"}, {"é"}},
      {R"(^\p{C}$)", {"\0"sv, "\u00ad", "\ue000", "\u0378"}, {"a"}},
      {R"(^\p{Cn}$)", {"\u0378"}, {"\ue000"}},
      {R"(^\p{LC}\p{ASCII}\p{AHex}\p{space}$)", {"aaa\u0085"}, {"aag\u0085", "aaa\ufeff"}},
      {"^(?<year>[0-9]{4})$", {"2026"}, {"226"}},
      {"^[a-z]{1,2048}$", {"a", "abc"}, {"", "A"}},
      {"^a{02}$", {"aa"}, {"a{02}"}},
      {"^a{1,03}?$", {"aaa"}, {"aaaa"}},
      {"^(?i:k)$", {"k", "K", "\u212a"}, {"s"}},
      {"^(?i:[^s])$", {"k"}, {"s", "S", "ſ"}},
      {R"(^(?i:\w\W)$)", {"ſ-", "\u212aé"}, {"-ſ"}},
      {R"(^\w$)", {"s"}, {"ſ", "\u212a"}},
      {R"((?i:ſ\b))", {"ſ", "s"}, {"sa", "s_"}},
      {R"(ſ\B)", {"ſ"}, {"ſa"}},
      {R"((?i:-\b.))", {"-ſ", "-a"}, {"--"}},
      {R"(^(?i:é\p{Lu})$)", {"Éa"}, {"É1"}},
      {R"(^(?i:\P{Lu})$)", {"a", "A"}, {""}},
      {"^a(?i:b(?-i:c)d)$", {"abcd", "aBcD"}, {"aBCD", "Abcd"}},
      // Documents have these parts of annex B.
      {R"(^[\w-.]\-\_\@\"$)", {R"(.-_@")", R"(--_@")"}, {R"(/-_@")"}},
      {"^/{id}/[a-z]]$", {"/{id}/a]"}, {"/id/a]"}},
      {R"(^\p{L}\-$)", {"é-"}, {"p{L}-"}},
  };
  for (const Example& example : kExamples) {
    const auto pattern = PatternCompiler({}).compile(example.pattern);
    ASSERT_TRUE(pattern) << pattern.error().sentence;
    EXPECT_EQ(pattern->steps_per_byte(), 1u) << example.pattern;
    for (const std::string_view text : example.matches) {
      EXPECT_TRUE(pattern->is_found_in(text))
          << example.pattern << ' ' << testing::PrintToString(text);
    }
    for (const std::string_view text : example.fails) {
      EXPECT_FALSE(pattern->is_found_in(text))
          << example.pattern << ' ' << testing::PrintToString(text);
    }
  }
}

TEST(Pattern, IsRefusedWithAKindAndASentence) {
  const auto refused = PatternCompiler({}).compile(R"(^(?!a)\d+$)");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, "pattern-look-around");
  EXPECT_EQ(refused.error().sentence,
            R"(at column 2 of the pattern ^(?!a)\d+$: look-around is not enforced; write what it )"
            "forbids as another pattern in not");
  const auto remarks = compiled(R"(^[\w-.]$)").remarks();
  ASSERT_EQ(remarks.size(), 1u);
  EXPECT_EQ(remarks[0].kind, "pattern-annex-b");
  EXPECT_EQ(remarks[0].sentence,
            R"(at column 3 of the pattern ^[\w-.]$: write \- where no range is meant; validators )"
            "that set the flag u, as JSON Schema wants, refuse this");
  EXPECT_TRUE(compiled("^a$").remarks().empty());
}

TEST(Pattern, IsNotedIfNoTextMatches) {
  for (const std::string_view text :
       {"/^[a-z]+$/i", "a$:b", "[]", R"(a\bb)", "a^|b[]", "(?:$)a{1,900}"}) {
    const auto remarks = compiled(text).remarks();
    ASSERT_EQ(remarks.size(), 1u) << text;
    EXPECT_EQ(remarks[0].kind, "pattern-finds-nothing") << text;
  }
  EXPECT_EQ(compiled("/^[a-z]+$/i").remarks()[0].sentence,
            "the pattern /^[a-z]+$/i is found in no text; write it without the '/' around it, and "
            "without flags");
  for (const std::string_view text :
       {"", "^$", "a|b[]", "x$|", R"(\b)", "^(?:a?){990}", "(?m:a$[^]b)"}) {
    EXPECT_TRUE(compiled(text).remarks().empty()) << text;
  }
}

TEST(Pattern, LeavesToRe2WhatIsTooLarge) {
  constexpr std::string_view kPatterns[] = {
      "[ab].{20}[ab]",                               // It has 2^20 states.
      "^(?:(?:a?b?c?d?e?f?g?h?){100}i){9}!",         // It has too many parts.
      R"(a[ab\ud800\udfff\u2028]{20}[^\n-\ufeff])",  // RE2 does not find a surrogate's bytes.
  };
  for (const std::string_view text : kPatterns) {
    const auto pattern = PatternCompiler({.steps_per_byte_max = UINT64_MAX}).compile(text);
    ASSERT_TRUE(pattern) << text;
    EXPECT_GT(pattern->steps_per_byte(), 1u) << text;
    EXPECT_EQ(pattern->memory_bytes(), 1u << 20) << text;
  }
  const Pattern long_one = compiled("a[ab]{1200}c", {.steps_per_byte_max = 10'000});
  EXPECT_GT(long_one.steps_per_byte(), 1u);
  EXPECT_TRUE(long_one.is_found_in('a' + std::string(1200, 'b') + 'c'));
  EXPECT_FALSE(long_one.is_found_in('a' + std::string(1199, 'b') + 'c'));
  EXPECT_TRUE(compiled("a[ab]{20}[]|b").is_found_in("b"));
  EXPECT_FALSE(compiled("a[ab]{20}c[]").is_found_in("abababababababababababc"));
  const auto edges = PatternCompiler({}).compile(R"(a[ab]{20}\B)");
  ASSERT_FALSE(edges);
  EXPECT_EQ(edges.error().kind, "pattern-too-costly");
}

TEST(Pattern, NeedNotBeRepeatedBeyondItsEnds) {
  for (const std::string_view text :
       {"[^]{0,20000}", "[^]{1,20000}x$", "^.{1,2000000}", "x[ab]{9,100000}|^y(?:z{2,9}|z*)"}) {
    EXPECT_LT(compiled(text).memory_bytes(), 10'000u) << text;
  }
  EXPECT_TRUE(compiled("[^]{0,20000}").is_found_in(""));
  EXPECT_TRUE(compiled("a{2,}b").is_found_in("aaab"));
  EXPECT_FALSE(compiled("a{2,}b").is_found_in("ab"));
  EXPECT_FALSE(compiled("(?:^a){1,2}b").is_found_in("aab"));
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
  ASSERT_TRUE(hanzi) << hanzi.error().sentence;
  EXPECT_EQ(hanzi->steps_per_byte(), 1u);
  EXPECT_TRUE(hanzi->is_found_in("\xe4\xb8\x81\xe5\x80\x81"));
  EXPECT_FALSE(hanzi->is_found_in("\xe4\xb8\x81\xe5\x80\x82"));
  const auto code = compiler.compile(codes + ")$");
  ASSERT_TRUE(code) << code.error().sentence;
  EXPECT_TRUE(code->is_found_in("BHA"));
  EXPECT_FALSE(code->is_found_in("BHAA"));
  // Its table is large, so a text can make it miss the processor's caches.
  const auto name = compiler.compile(names + ")$");
  ASSERT_TRUE(name) << name.error().sentence;
  EXPECT_EQ(name->steps_per_byte(), 8u);
  EXPECT_LT(name->memory_bytes(), 1'200'000u);
  EXPECT_TRUE(name->is_found_in("Europe/BHA_BHA"));
  EXPECT_FALSE(name->is_found_in("Europe/BHA_BHB"));
  for (int i = 0; i < 100; ++i) {
    const auto mixed = compiler.compile("^[\\p{L}x" + std::to_string(i) + "]+$");
    ASSERT_TRUE(mixed) << i << mixed.error().sentence;
    EXPECT_EQ(mixed->steps_per_byte(), 1u) << i;
  }
}

TEST(Pattern, BoundsTheCostOfEachAndTheMemoryOfAll) {
  PatternCompiler compiler(
      {.steps_per_byte_max = 200, .memory_bytes_max = 7 << 19, .steps_setting = "THE_SETTING"});
  const auto dear = compiler.compile("a[ab]{99}c");
  ASSERT_FALSE(dear);
  EXPECT_EQ(dear.error().sentence.substr(0, 44), "matching the pattern a[ab]{99}c takes up to ");
  EXPECT_NE(dear.error().sentence.find(
                "are allowed: it has no automaton, because it would have too many states; "
                "use enum instead of a list of words, "),
            std::string::npos)
      << dear.error().sentence;
  EXPECT_NE(dear.error().sentence.find(", or allow more with THE_SETTING"), std::string::npos);
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(compiler.compile("a[ab]{20}c")) << "equal patterns are compiled once";
    EXPECT_TRUE(compiler.compile("^[a-z]{1,63}$"));
  }
  EXPECT_TRUE(compiler.compile("b[ab]{20}c"));
  EXPECT_TRUE(compiler.compile("c[cd]{20}e"));
  const auto large = compiler.compile("d[cd]{20}e");
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().sentence.substr(0, 71),
            "with the pattern d[cd]{20}e the patterns of the contract take 4097 KiB ");
  EXPECT_NE(large.error().sentence.find("of memory, and at most 3584 KiB are allowed; "),
            std::string::npos);
  EXPECT_TRUE(compiler.compile("e[ef]{20}g")) << "it is said once";
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
  PatternFault last;
  for (int i = 0; i < 40; ++i) {
    const auto pattern = compiler.compile("(?:a\\p{L}{500}){2}" + std::to_string(i));
    if (!pattern) last = pattern.error();
  }
  EXPECT_EQ(last.sentence.substr(0, 19), "before the pattern ") << last.sentence;
}

TEST(Pattern, ReadsAnyBytes) {
  // Bodies are UTF-8, but a handler's answer is matched before that is known.
  const Pattern pattern = compiled(R"(^[\p{L}\u{10000}-\u{10ffff}]*$)");
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
