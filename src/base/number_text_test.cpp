#include "base/number_text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string_view>

namespace penstock::base {
namespace {

template <class T>
std::string text_of(T number) {
  std::string out = "n=";
  append_number(out, number);
  return out;
}

TEST(NumberText, WritesAllDigitsOfWholeNumbers) {
  EXPECT_EQ(text_of(0), "n=0");
  EXPECT_EQ(text_of(uint8_t{65}), "n=65");
  EXPECT_EQ(text_of(std::numeric_limits<int64_t>::min()), "n=-9223372036854775808");
  EXPECT_EQ(text_of(std::numeric_limits<uint64_t>::max()), "n=18446744073709551615");
}

TEST(NumberText, WritesTheShortestTextOfADoubleThatReadsBack) {
  EXPECT_EQ(text_of(7.95), "n=7.95");
  EXPECT_EQ(text_of(100.0), "n=100");
  EXPECT_EQ(text_of(1e22), "n=1e+22");
  EXPECT_EQ(text_of(-std::numeric_limits<double>::max()), "n=-1.7976931348623157e+308");
  EXPECT_EQ(text_of(-std::numeric_limits<double>::denorm_min()), "n=-5e-324");
}

// None of these is a whole number without a sign.
constexpr std::string_view kNoWholeNumbers[] = {"",
                                                " ",
                                                "+5",
                                                "-5",
                                                "--5",
                                                "-0",
                                                " 5",
                                                "5 ",
                                                "\t5",
                                                "5\n",
                                                "1e3",
                                                "0x10",
                                                "0b1",
                                                "5.",
                                                "5.0",
                                                ".5",
                                                "5,0",
                                                "1'0",
                                                "5_0",
                                                "5L",
                                                "inf",
                                                "nan",
                                                "-",
                                                "five",
                                                "٥",
                                                "5a",
                                                "99999999999999999999",
                                                "18446744073709551616"};

TEST(NumberText, ReadsWholeNumbersStrictly) {
  EXPECT_EQ(whole_number<int64_t>("0"), 0);
  EXPECT_EQ(whole_number<int64_t>("9223372036854775807"), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(whole_number<uint64_t>("18446744073709551615"), std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(whole_number<int>("010"), 10) << "it is not octal";
  EXPECT_EQ(whole_number<uint16_t>("65535"), 65'535);
  for (const std::string_view text : kNoWholeNumbers) {
    EXPECT_FALSE(whole_number<int64_t>(text)) << "'" << text << "'";
    EXPECT_FALSE(whole_number<uint64_t>(text)) << "'" << text << "'";
  }
  EXPECT_FALSE(whole_number<uint16_t>("65536"));
  EXPECT_FALSE(whole_number<int64_t>("9223372036854775808"));
  EXPECT_FALSE(whole_number<int>(std::string_view("5\0", 2))) << "text behind a zero byte";
}

TEST(NumberText, ReadsAMinusWhereItIsAllowed) {
  EXPECT_EQ(signed_number<int64_t>("-9223372036854775808"), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(signed_number<int64_t>("-0"), 0);
  EXPECT_EQ(signed_number<int64_t>("12"), 12);
  for (const std::string_view text : kNoWholeNumbers) {
    if (text == "-5" || text == "-0") continue;
    EXPECT_FALSE(signed_number<int64_t>(text)) << "'" << text << "'";
  }
  EXPECT_FALSE(signed_number<int64_t>("- 5"));
  EXPECT_FALSE(signed_number<int64_t>("-+5"));
  EXPECT_FALSE(signed_number<int64_t>("-9223372036854775809"));
  EXPECT_FALSE(signed_number<uint16_t>("-5"));
}

TEST(NumberText, ReadsSecondsStrictly) {
  using std::chrono::milliseconds;
  EXPECT_EQ(decimal_seconds("2"), milliseconds(2000));
  EXPECT_EQ(decimal_seconds("0.5"), milliseconds(500));
  EXPECT_EQ(decimal_seconds("10.125"), milliseconds(10'125));
  EXPECT_EQ(decimal_seconds("0.050"), milliseconds(50));
  for (const std::string_view text : kNoWholeNumbers) {
    if (text == "5.0") continue;
    EXPECT_FALSE(decimal_seconds(text)) << "'" << text << "'";
  }
  for (const std::string_view text :
       {"-0.5", "+0.5", " 0.5", "0.5 ", "0. 5", "0.-5", "0.+5", "0.5.", "0.5.0", "0.5e1", "0.1234",
        "0,5", ".", "9223372036854775", "9223372036854775.808", "0.99999999999999999999"}) {
    EXPECT_FALSE(decimal_seconds(text)) << "'" << text << "'";
  }
}

}  // namespace
}  // namespace penstock::base
