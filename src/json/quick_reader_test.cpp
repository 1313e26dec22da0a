#include "json/quick_reader.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::json {
namespace {

// Reads from a copy of exactly that size, so that the address sanitizer detects a read past its
// end.
std::optional<boost::json::value> quick(std::string_view text, size_t depth_max = 32,
                                        size_t values_max = SIZE_MAX) {
  const auto copy = std::make_unique<char[]>(text.size());
  if (!text.empty()) std::memcpy(copy.get(), text.data(), text.size());
  QuickReader reader;
  return reader.read({copy.get(), text.size()}, {}, depth_max, values_max);
}

TEST(QuickReader, ReadsWhatClientsUsuallySend) {
  const std::vector<std::string_view> texts = {
      "true",
      " \t\r\nfalse\n",
      "null",
      "0",
      "-1",
      "9223372036854775807",
      "0.5",
      "-0.0",
      "98.35",
      "1e2",
      "2.5E-3",
      "[]",
      "{}",
      "[[],{},[1,[2]],\"\"]",
      R"({"a":{"b":[{"c":"d"},{"c":"e"}]}, "f" : 3 })",
      R"("0123456789abcdef")",
      R"("0123456789abcdefg, and a text of more than thirty-two bytes")",
      "\"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80 and some more, with \xc3\xa4 at the end \xc3\xa4\"",
      R"("a \"word\" \\ \/ \b\f\n\r\t \u00e4\u20ac\ud83d\ude00\u0000 end")"};
  for (const std::string_view text : texts) {
    const auto value = quick(text);
    ASSERT_TRUE(value) << text;
    EXPECT_EQ(boost::json::serialize(*value), boost::json::serialize(boost::json::parse(text)))
        << text;
    EXPECT_EQ(value->kind(), boost::json::parse(text).kind()) << text;
  }
}

TEST(QuickReader, ReadsTheNearestDouble) {
  EXPECT_EQ(quick("13.404953999999999").value(), 13.404953999999999);
  EXPECT_EQ(quick("0.1").value(), 0.1);
  EXPECT_EQ(quick("9007199254740.993").value(), 9007199254740.993);
  EXPECT_EQ(quick("1.6021766340000001e-19").value(), 1.6021766340000001e-19);
}

TEST(QuickReader, GivesUpAtMistakes) {
  const std::vector<std::string> texts = {"",
                                          " ",
                                          "tru",
                                          "truex",
                                          "nul",
                                          "01",
                                          "-",
                                          "1.",
                                          ".5",
                                          "1e",
                                          "1e+",
                                          "+1",
                                          "NaN",
                                          "[",
                                          "[1",
                                          "[1,",
                                          "[1,]",
                                          "[,1]",
                                          "{",
                                          "{\"a\"",
                                          "{\"a\":",
                                          "{\"a\":1",
                                          "{\"a\":1,",
                                          "{\"a\":1,}",
                                          "{a:1}",
                                          "{\"a\" 1}",
                                          "[1}",
                                          "{\"a\":1]",
                                          "1 2",
                                          "[] []",
                                          "\"",
                                          "\"a",
                                          "\"\\",
                                          "\"\\x\"",
                                          "\"\\u12\"",
                                          "\"\\u12g4\"",
                                          "\"\\ud800\"",
                                          "\"\\ud800\\u0041\"",
                                          "\"\\udc00\"",
                                          "\"a\nb\"",
                                          "\"\xff\"",
                                          "\"\xc3\"",
                                          "\"0123456789abcdef\xed\xa0\x80\"",
                                          "\xef\xbb\xbf{}"};
  for (const std::string& text : texts) EXPECT_FALSE(quick(text)) << text;
  EXPECT_FALSE(quick(std::string_view("\"\0\"", 3)));
}

// The other reader of Reader decides what these are.
TEST(QuickReader, GivesUpAtWhatIsRare) {
  for (const std::string_view text :
       {R"({"a":1,"a":2})", R"([{"a":{"b":1,"b":1}}])", R"({"\u0061":1})", "9223372036854775808",
        "-0", "12345678901234567890", "1e400", "9007199254740993.5", "4503599627370497.25",
        "90071992547409931e-1", "1000000000000000001e-18", "10e-1", "0e9999999999"}) {
    EXPECT_FALSE(quick(text)) << text;
  }
  std::string wide = "{";
  for (int i = 0; i < 65; ++i) wide += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":0";
  EXPECT_FALSE(quick(wide + "}"));
}

TEST(QuickReader, KeepsToItsLimits) {
  EXPECT_TRUE(quick("[[1]]", 2));
  EXPECT_FALSE(quick("[[[1]]]", 2));
  EXPECT_TRUE(quick("[1,2]", 32, 3));
  EXPECT_FALSE(quick("[1,2,3]", 32, 3));
  EXPECT_FALSE(quick(std::string(33, '[') + std::string(33, ']'), 100));
  QuickReader reader;
  ASSERT_TRUE(reader.read(R"({"a":[1,"b",{}]})", {}, 32, SIZE_MAX));
  EXPECT_EQ(reader.values(), 5u);
}

// Makes texts with all kinds of values and spaces.
class Texts {
 public:
  std::string value(int depth) {
    switch (pick(depth > 0 ? 8 : 6)) {
      case 0:
        return pick(2) == 0 ? "true" : "null";
      case 1:
        return std::to_string(static_cast<int64_t>(random_()) - (int64_t{1} << 31));
      case 2:
        return std::to_string(static_cast<double>(random_()) / 65'536);
      case 3:
        return std::to_string(random_() % 1000) + "." + std::to_string(random_() % 100'000);
      case 6:
        return list('[', ']', depth, false);
      case 7:
        return list('{', '}', depth, true);
      default:
        return text();
    }
  }

 private:
  unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }
  std::string space() { return std::string(pick(3), " \n\t"[pick(3)]); }
  std::string text() {
    static const std::vector<std::string> kPieces = {
        "a", "word ", "\xc3\xa4", "\\n", "\\u20ac", "\\\"", "0123456789", "\xf0\x9f\x98\x80"};
    std::string out = "\"";
    for (unsigned i = pick(6); i > 0; --i) out += kPieces[pick(8)];
    return out + '"';
  }
  std::string list(char open, char close, int depth, bool named) {
    std::string out{open};
    const unsigned size = pick(25);
    for (unsigned i = 0; i < size; ++i) {
      if (i > 0) out += ',';
      out += space();
      if (named) out += "\"name_" + std::to_string(i) + "\"" + space() + ":";
      out += space() + value(depth - 1) + space();
    }
    return out + close;
  }

  std::mt19937 random_{1};
};

TEST(QuickReader, ReadsGeneratedTextsAsAnotherParserDoes) {
  Texts texts;
  QuickReader reader;
  for (int i = 0; i < 2000; ++i) {
    const std::string text = texts.value(4);
    const auto ours = reader.read(text, {}, 32, SIZE_MAX);
    ASSERT_TRUE(ours) << text;
    ASSERT_EQ(*ours, boost::json::parse(text)) << text;
    const std::string cut = text.substr(0, text.size() - 1);
    if (text.front() == '{' || text.front() == '[' || text.front() == '"') {
      ASSERT_FALSE(reader.read(cut, {}, 32, SIZE_MAX)) << cut;
    }
  }
}

}  // namespace
}  // namespace penstock::json
