#include "base/wiped_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <type_traits>

namespace penstock::base {
namespace {

TEST(Wipe, OverwritesMemory) {
  std::array<char, 64> place{};
  place.fill('x');
  wipe(place.data(), 60);
  EXPECT_EQ(std::count(place.begin(), place.end(), '\0'), 60);
  EXPECT_EQ(std::count(place.begin(), place.end(), 'x'), 4);
}

TEST(WipedText, IsLikeAString) {
  WipedText text("abc");
  text += std::string(100, 'd');
  EXPECT_EQ(text.size(), 103);
  EXPECT_EQ(text, WipedText("abc") + WipedText(100, 'd'));
  EXPECT_TRUE((std::is_convertible_v<WipedText, std::string_view>));
  EXPECT_FALSE((std::is_convertible_v<WipedText, std::string>)) << "a copy must be written out";
}

}  // namespace
}  // namespace penstock::base
