#include "base/number_text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

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

}  // namespace
}  // namespace penstock::base
