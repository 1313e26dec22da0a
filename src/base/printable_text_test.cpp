#include "base/printable_text.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace penstock::base {
namespace {

constexpr size_t kMany = 1'000;

TEST(Printable, LeavesWhatAPersonReads) {
  for (const std::string text :
       {"", "orders-0 3..7", "C:\\path \"quoted\"", "Grüße, 世界, 🙂", "\u00a0no-break"}) {
    EXPECT_EQ(printable(text, kMany), text);
  }
}

TEST(Printable, WritesWhatEndsALineOrSteersATerminalAsBytes) {
  EXPECT_EQ(printable("a\nb\r\tc", kMany), "a\\x0ab\\x0d\\x09c");
  EXPECT_EQ(printable("\x1b[2J\x1b]0;t\x07", kMany), "\\x1b[2J\\x1b]0;t\\x07");
  EXPECT_EQ(printable(std::string("\0\x7f", 2), kMany), "\\x00\\x7f");
  EXPECT_EQ(printable("\u0085\u009b", kMany), "\\xc2\\x85\\xc2\\x9b");
  for (const std::string mark :
       {"\u061c", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u2069",
        "\ufeff"}) {
    EXPECT_TRUE(printable(mark, kMany).starts_with("\\x")) << mark;
    EXPECT_EQ(printable(mark, kMany).size(), 4 * mark.size());
  }
}

TEST(Printable, WritesBytesThatAreNoUtf8) {
  EXPECT_EQ(printable("a\xff\xc3(", kMany), "a\\xff\\xc3(");
  EXPECT_EQ(printable("\xed\xa0\x80", kMany), "\\xed\\xa0\\x80");  // A surrogate.
  EXPECT_EQ(printable("\xe4\xb8", kMany), "\\xe4\\xb8");           // The end is missing.
}

TEST(Printable, CutsBetweenCharacters) {
  EXPECT_EQ(printable("12345678", 8), "12345678");
  EXPECT_EQ(printable("123456789", 8), "12345…");
  EXPECT_EQ(printable("1234世界", 8), "1234…");
  EXPECT_EQ(printable("1234\n\n", 8), "1234…");
  EXPECT_EQ(printable("ab", 1), "");
  EXPECT_EQ(printable("ab", 0), "");
}

TEST(Printable, AnyBytesBecomeOneLineOfUtf8WithinTheBound) {
  std::string all;
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      all += static_cast<char>(first);
      all += static_cast<char>(second);
    }
  }
  for (const size_t bytes_max : {0u, 1u, 2u, 3u, 4u, 5u, 100u, 1'000'000u}) {
    const std::string line = printable(all, bytes_max);
    EXPECT_LE(line.size(), bytes_max);
    EXPECT_TRUE(is_utf8(line));
    EXPECT_EQ(line.find_first_of("\n\r\x1b\x7f"), std::string::npos);
    EXPECT_EQ(printable(line, bytes_max), line);
  }
}

}  // namespace
}  // namespace penstock::base
