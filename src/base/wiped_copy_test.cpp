#include "base/wiped_copy.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>

namespace penstock::base {
namespace {

// Says whether the text lies in the object itself.
bool is_within(const WipedText& text) {
  const auto* const object = reinterpret_cast<const char*>(&text);
  return std::less_equal<>()(object, text.data()) &&
         std::less<>()(text.data(), object + sizeof text);
}

TEST(WipedCopy, IsWhereItIsWiped) {
  WipedText text = wiped_copy("abc");
  EXPECT_EQ(text, "abc");
  EXPECT_FALSE(is_within(text));
  const WipedText moved = std::move(text);
  EXPECT_FALSE(is_within(moved));
  EXPECT_EQ(wiped_copy(std::string(100, 'a')), std::string(100, 'a'));
}

TEST(ReserveWiped, MakesRoomOutsideTheObject) {
  WipedText text;
  EXPECT_TRUE(is_within(text));
  reserve_wiped(text, 1);
  EXPECT_FALSE(is_within(text));
  reserve_wiped(text, 1000);
  EXPECT_GE(text.capacity(), 1000);
}

}  // namespace
}  // namespace penstock::base
