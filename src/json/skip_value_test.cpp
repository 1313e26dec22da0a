#include "json/skip_value.h"

#include <gtest/gtest.h>

#include <boost/json/basic_parser_impl.hpp>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <string_view>

#include "json/sax.h"

namespace penstock::json {
namespace {

// Says whether the whole text is skipped. It is a copy of exactly that size, so that the address
// sanitizer detects a read past its end.
bool skips(std::string_view text, size_t depth_max = 32) {
  const auto copy = std::make_unique<char[]>(text.size());
  if (!text.empty()) std::memcpy(copy.get(), text.data(), text.size());
  const Tokens tokens(copy.get() + text.size());
  const char* const end = skip_value(tokens, copy.get(), depth_max);
  return end != nullptr && tokens.is_end(tokens.skip_spaces(end));
}

bool is_json(std::string_view text) {
  boost::json::basic_parser<SaxHandler> parser({});
  return !parse_whole(parser, text).error;
}

TEST(SkipValue, SkipsEachKindOfValue) {
  for (const std::string_view text :
       {"null", " true ", "false", "0", "-1.5e-3", "\"\"", R"("a\n\u00e9\ud83d\ude00b\\")",
        "\"\xc3\xa9\"", "[]", "{}", "[ ]", "[1 , [ ], { } ]",
        R"({"a":{"b":[{},[null]]},"a":"a text of more than sixteen bytes"})"}) {
    EXPECT_TRUE(skips(text)) << text;
    EXPECT_TRUE(is_json(text)) << text;
  }
}

TEST(SkipValue, SaysWhereTheValueEnds) {
  constexpr std::string_view text = "[1] ,2";
  const Tokens tokens(text.data() + text.size());
  EXPECT_EQ(skip_value(tokens, text.data(), 1), text.data() + 3);
}

TEST(SkipValue, GivesUpAtWhatIsNotJson) {
  for (const std::string_view text :
       {"",        " ",        "nul",        "tru",         "[",         "]",        "{",
        "}",       "[1",       "[1,",        "[,]",         "[1,]",      "[1 2]",    "[1}",
        "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{1:2}",       "{\"a\":1]", "\"",       "\"a",
        "\"\\",    "\"\\x\"",  "\"\\u12\"",  R"("\ud800")", "\"\n\"",    "\"\xff\"", "01",
        "1.",      "1e",       "-",          "+1",          "1,",        "a"}) {
    EXPECT_FALSE(skips(text)) << text;
  }
}

TEST(SkipValue, HasALimitOfDepth) {
  EXPECT_TRUE(skips("[{\"a\":[]}]", 3));
  EXPECT_FALSE(skips("[{\"a\":[]}]", 2));
  EXPECT_FALSE(skips("[]", 0));
  EXPECT_TRUE(skips("1", 0));
  const std::string deep = std::string(64, '[') + std::string(64, ']');
  EXPECT_TRUE(skips(deep, 1000));
  EXPECT_FALSE(skips("[" + deep + "]", 1000));
}

TEST(SkipValue, AcceptsOnlyWhatAnotherParserAccepts) {
  std::mt19937 random(1);
  const std::string good =
      R"({"timestamp":1795543820,"message":"Hello, \u0050aul\n!","list":[1,-2.5,true,null,{}]})";
  constexpr std::string_view kMarks = "{}[],:\"\\ 019-.eun\n\xc3\x80";
  int accepted = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string text = good;
    for (size_t changes = 1 + random() % 3; changes > 0; --changes) {
      const size_t at = random() % text.size();
      if (random() % 3 == 0) {
        text.erase(at, 1 + random() % 4);
      } else {
        text[at] = kMarks[random() % kMarks.size()];
      }
    }
    if (!skips(text)) continue;
    ++accepted;
    ASSERT_TRUE(is_json(text)) << text;
  }
  EXPECT_GT(accepted, 1'000);
}

}  // namespace
}  // namespace penstock::json
