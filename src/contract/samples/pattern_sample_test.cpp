#include "contract/samples/pattern_sample.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

#include "contract/patterns/pattern.h"

namespace penstock::contract {
namespace {

constexpr uint64_t kAnyLength = UINT64_MAX;

// Returns a text for the pattern, or nothing if the pattern is refused.
std::optional<std::string> sample_of(std::string_view pattern, uint64_t length_min,
                                     uint64_t length_max, unsigned variant = 0) {
  PatternLimits limits;
  limits.steps_per_byte_max = kPatternStepsMost;
  auto compiled = PatternCompiler(limits).compile(pattern);
  if (!compiled) return std::nullopt;
  return contract::sample_of(*compiled, length_min, length_max, variant);
}

struct Case {
  std::string_view pattern;
  uint64_t length_min = 0;
  uint64_t length_max = kAnyLength;
};

constexpr Case kCases[] = {
    {""},
    {"order"},
    {"^[a-z0-9]+(?:-[a-z0-9]+)*$", 12, 20},  // slug
    {"^[A-Z]{3}-[0-9]{4,6}$", 9, 9},         // SKU
    {"^#(?:[0-9a-fA-F]{3}){1,2}$"},          // colour
    {"^#(?:[0-9a-fA-F]{3}){1,2}$", 5, 7},    // a longer one
    {R"(^\+?[1-9]\d{1,14}$)", 10, 15},       // E.164
    {R"(^\(\d{3}\) \d{3}-\d{4}$)", 14, 14},  // a telephone number
    // The next two are versions of semver.org.
    {R"(^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-[\w.-]+)?(?:\+[0-9A-Za-z-]+)?$)"},
    {R"(^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-[\w.-]+)?(?:\+[0-9A-Za-z-]+)?$)", 40, 60},
    {"^[A-Z]{1,2}[0-9R][0-9A-Z]? [0-9][ABD-HJLNP-UW-Z]{2}$"},  // a British postcode
    {R"(^\d{5}(?:-\d{4})?$)", 6, 10},                          // an American one
    {"^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", 36, 36},
    {"^(red|green|ultramarine)$"},
    {"^(red|green|ultramarine)$", 4, 5},
    {"^(red|green|ultramarine)$", 6, 20},
    {R"(^[^@\s]+@[^@\s]+\.[a-z]{2,}$)", 30, 40},  // an e-mail address
    {R"(^https?://[^\s/$.?#].[^\s]*$)"},
    {R"(^\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+)*$)", 8, 30},  // a name
    {R"(^\p{Script=Cyrillic}+$)", 3, 3},
    {R"(^\p{Script=Greek}\p{sc=Han}\p{sc=Hira}\p{N}\P{L}$)"},
    {R"(^[\p{L}\p{N}_-]{3,10}$)"},
    {R"(^[^\x00-\x7F]{2}$)"},
    {R"(^\x41\u{1F600}\u0041\t\.\\\/\0\cJ$)"},
    {R"(^[\uD83D\uDE00-\uD83D\uDE4F]$)"},
    {R"(^[\]a-]+[^\]a]$)", 5, 5},
    {"^(?<unit>KG|lb)$"},
    {"(?i:^abc$)"},
    {"^(?:(?:a|b){2}c){3}$"},
    {"^(?:abc)+$", 5, 7},
    {"^a{0}b{2,}?c*?d+?$", 7, 7},
    {R"(\bfoo\b)", 10, 10},
    {"foo$", 10, 10},
    {"^foo", 10, 10},
    {"foo", 10'000, 10'000},
    {R"(^.{1000}$)"},
    {R"(^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$)"},  // a date
    {R"(^(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}$)", 15, 15},
    {R"(^[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}$)", 22, 22},  // an IBAN
    {R"(^-?\d+(?:\.\d{1,2})?$)"},
    {"^(?:[A-Za-z0-9+/]{4})*={0,2}$", 64, 64},
    {"^(?:[^\\d\\W]|-)(?:x{2}){3}$"},
    {"^{id}/[\\w-.]{3}\\_]$"},  // Annex B has these.
    {"^[a-z]{1,2048}$", 2000, 2048},
    {"^[^]{2}$"},
    {R"(^[^\x20-\x7E]{3}$)"},
    {R"(^[\x00-\x09\x7F\x85]$)"},
    {R"(^[\uD7FF-\uE000]{2}$)"},
    {R"(^[\u0020-\u007E]+$)"},
    {"^日本語?$", 3, 3},
    {"^(|a)(|b)$", 2, 2},
    {"^[a-z]+[0-9]$|^[A-Z]$", 1, 1},
};

TEST(PatternSample, MatchesWithinItsBounds) {
  for (const Case& test : kCases) {
    const auto pattern = PatternCompiler({}).compile(test.pattern);
    ASSERT_TRUE(pattern) << pattern.error().sentence;
    const auto sample = contract::sample_of(*pattern, test.length_min, test.length_max);
    ASSERT_TRUE(sample.has_value()) << test.pattern;
    EXPECT_TRUE(pattern->is_found_in(*sample)) << test.pattern << ' ' << *sample;
    int length = 0;
    for (const char c : *sample) length += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
    EXPECT_GE(static_cast<uint64_t>(length), test.length_min) << test.pattern << ' ' << *sample;
    EXPECT_LE(static_cast<uint64_t>(length), test.length_max) << test.pattern << ' ' << *sample;
  }
}

TEST(PatternSample, IsShortAndReadsWell) {
  EXPECT_EQ(sample_of("^[A-Z]{3}-[0-9]{4,6}$", 0, kAnyLength), "AAA-0000");
  EXPECT_EQ(sample_of("^(red|green|ultramarine)$", 0, kAnyLength), "red");
  EXPECT_EQ(sample_of("^(red|green|ultramarine)$", 5, kAnyLength), "green");
  EXPECT_EQ(sample_of(R"(^\w+@\w+\.com$)", 0, kAnyLength), "a@a.com");
  EXPECT_EQ(sample_of("[a-z]*", 0, kAnyLength), "");
}

TEST(PatternSample, AnotherVariantIsAnotherText) {
  std::set<std::string> texts;
  for (unsigned variant = 0; variant < 100; ++variant) {
    const auto text = sample_of("^[a-c]+-[0-9]{2}$", 0, kAnyLength, variant);
    ASSERT_TRUE(text);
    texts.insert(*text);
  }
  EXPECT_EQ(texts.size(), 100U);
}

TEST(PatternSample, IsMissingIfNoTextMatches) {
  constexpr Case kNone[] = {
      // No text of the pattern has a length within the bounds.
      {"^a{5}$", 0, 4},
      {"^a{5}$", 6},
      {"^(?:abc)+$", 4, 5},
      {"a", 2, 1},
      {"a", 10'001},
      {"^a{1000}b{1000}$", 0, 1999},
      // These patterns match no text.
      {"a^b"},
      {"a$b"},
      {R"(a\bb)"},
      {"[]"},
      {R"([\uD800-\uDFFF])"},
      // These are not patterns.
      {"("},
      {"[a"},
      {"a**"},
      {"(?=a)"},
      {R"((a)\1)"},
  };
  for (const Case& test : kNone) {
    EXPECT_EQ(sample_of(test.pattern, test.length_min, test.length_max), std::nullopt)
        << test.pattern;
  }
}

TEST(PatternSample, HasLimits) {
  EXPECT_EQ(sample_of(std::string(4096, 'a'), 0, kAnyLength), std::string(4096, 'a'));
  EXPECT_EQ(sample_of(std::string(4097, 'a'), 0, kAnyLength), std::nullopt);
  const auto nested = [](size_t depth) {
    return std::string(depth, '(') + 'a' + std::string(depth, ')');
  };
  EXPECT_EQ(sample_of(nested(100), 0, kAnyLength), "a");
  EXPECT_EQ(sample_of(nested(101), 0, kAnyLength), std::nullopt);
  EXPECT_EQ(sample_of("^(?:(?:(?:a*)*)*b?)*$", 10'000, 10'000), std::string(10'000, 'a'));
  EXPECT_EQ(sample_of("^é+$", 5'001, kAnyLength), std::nullopt);  // 10 002 bytes
  std::string many;
  for (int i = 0; i < 500; ++i) many += "a{1000}";
  EXPECT_EQ(sample_of(many, 0, kAnyLength), std::nullopt);
}

}  // namespace
}  // namespace penstock::contract
