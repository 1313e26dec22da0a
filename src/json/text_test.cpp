#include "json/text.h"
#include "base/utf8.h"

#include <gtest/gtest.h>

namespace penstock::json {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_string(out, text);
  return out;
}

TEST(JsonText, CopiesPlainText) {
  EXPECT_EQ(quoted(""), "\"\"");
  EXPECT_EQ(quoted("Hello, World!"), "\"Hello, World!\"");
  EXPECT_EQ(quoted("J\xc3\xbcrgen \xf0\x9f\x98\x80"), "\"J\xc3\xbcrgen \xf0\x9f\x98\x80\"");
}

TEST(JsonText, EscapesControlCharactersSoThatALineStaysOneLine) {
  EXPECT_EQ(quoted("a\nb\rc\td\"e\\f"), R"("a\nb\rc\td\"e\\f")");
  EXPECT_EQ(quoted(std::string_view("\0\x1b\x7f", 3)), "\"\\u0000\\u001b\\u007f\"");
  EXPECT_EQ(quoted("\b\f"), R"("\b\f")");
}

TEST(JsonText, EscapesWhatATerminalMayObeyOrTakeForTheEndOfALine) {
  EXPECT_EQ(quoted("\xc2\x80-\xc2\x9b-\xc2\x9f"), R"("\u0080-\u009b-\u009f")");
  EXPECT_EQ(quoted("a\xe2\x80\xa8\xe2\x80\xa9z"), R"("a\u2028\u2029z")");
  for (const std::string_view text : {"\xc2\xa0", "\xe2\x80\xa7", "\xe2\x80\xaa", "\xe2\x81\xa8"}) {
    EXPECT_EQ(quoted(text), '"' + std::string(text) + '"');
  }
  std::string out;
  EXPECT_TRUE(append_checked_string(out, "\xc2\x80"));
  EXPECT_EQ(out, "\"\xc2\x80\"");
}

TEST(JsonText, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(quoted("a\xff"), "\"a\xef\xbf\xbd\"");
  EXPECT_EQ(quoted("\xc0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");                  // overlong
  EXPECT_EQ(quoted("\xed\xa0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");  // surrogate
  EXPECT_EQ(quoted("\xe2\x82"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");                  // cut off
}

TEST(JsonText, RefusesBytesThatAreNotUtf8InACheckedString) {
  for (const std::string_view text :
       {"", "Hello", "a\nb\x7f\"\\", "J\xc3\xbcrgen \xf0\x9f\x98\x80"}) {
    std::string out;
    EXPECT_TRUE(append_checked_string(out, text));
    EXPECT_EQ(out, quoted(text));
  }
  for (const std::string_view text : {"a\xff", "\xc0\x80", "\xed\xa0\x80", "\xe2\x82", "\"\xff"}) {
    std::string out;
    EXPECT_FALSE(append_checked_string(out, text));
  }
}

// Texts of all lengths are looked at in blocks, and each byte may be anywhere in one.
TEST(JsonText, EscapesEachByteAtEachPlace) {
  for (size_t size = 1; size < 40; ++size) {
    for (size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, 'a');
        text[at] = static_cast<char>(byte);
        const std::string one = quoted(std::string_view(&text[at], 1));
        const std::string expected = '"' + std::string(at, 'a') + one.substr(1, one.size() - 2) +
                                     std::string(size - at - 1, 'a') + '"';
        ASSERT_EQ(quoted(std::string_view(text)), expected) << size << ' ' << at << ' ' << byte;
      }
    }
  }
  EXPECT_EQ(quoted(" "), "\" \"");
  EXPECT_EQ(quoted("~"), "\"~\"");
}

TEST(JsonText, KnowsTheLimitsOfUtf8Length) {
  EXPECT_EQ(base::utf8_length("\xdf\xbf"), 2);
  EXPECT_EQ(base::utf8_length("\xef\xbf\xbf"), 3);
  EXPECT_EQ(base::utf8_length("\xf4\x8f\xbf\xbf"), 4);
  EXPECT_EQ(base::utf8_length("\xf4\x90\x80\x80"), 0);
  EXPECT_EQ(base::utf8_length("\x80"), 0);
}

}  // namespace
}  // namespace penstock::json
