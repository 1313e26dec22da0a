#include "base/ascii_case.h"

#include <gtest/gtest.h>

namespace penstock::base {
namespace {

TEST(AsciiCase, ChangesLettersOnly) {
  EXPECT_EQ(lower("AZaz09@[`{\xC3\x84"), "azaz09@[`{\xC3\x84");
}

TEST(AsciiCase, ComparesLettersInAnyCase) {
  EXPECT_TRUE(same_in_any_case("Content-TYPE", "content-type"));
  EXPECT_TRUE(same_in_any_case("", ""));
  EXPECT_FALSE(same_in_any_case("host", "hosts"));
  // These differ in the bit in which the cases of a letter differ.
  EXPECT_FALSE(same_in_any_case("@", "`"));
  EXPECT_FALSE(same_in_any_case("\xC3\x84", "\xC3\xA4"));
}

}  // namespace
}  // namespace penstock::base
