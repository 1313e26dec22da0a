#include "aws/secret.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace penstock::aws {
namespace {

// Says whether the text's bytes are part of the object.
bool is_inside(const Secret& secret) {
  const auto* text = reinterpret_cast<const std::byte*>(secret.reveal().data());
  const auto* object = reinterpret_cast<const std::byte*>(&secret);
  return text >= object && text < object + sizeof secret;
}

TEST(Secret, HasNoBytesInItself) {
  for (const std::string_view text : {"s", "fifteen bytes!!", "sixteen bytes!!!"}) {
    const Secret secret(text);
    EXPECT_FALSE(is_inside(secret)) << text;
    Secret copy(secret);
    EXPECT_FALSE(is_inside(copy)) << text;
    const Secret moved(std::move(copy));
    EXPECT_FALSE(is_inside(moved)) << text;
    EXPECT_EQ(moved.reveal(), text);
    EXPECT_FALSE(is_inside(Secret(base::WipedText(text)))) << text;
  }
}

TEST(Secret, LeavesNothingInTheObjectThatItIsMovedFrom) {
  Secret from("short");
  const Secret to(std::move(from));
  const auto* bytes = reinterpret_cast<const char*>(&from);
  EXPECT_EQ(std::string_view(bytes, sizeof from).find("short"), std::string_view::npos);
  EXPECT_EQ(to.reveal(), "short");
  base::WipedText text("short");
  const Secret taken(std::move(text));
  const auto* left = reinterpret_cast<const char*>(&text);
  EXPECT_EQ(std::string_view(left, sizeof text).find("short"), std::string_view::npos);
  EXPECT_EQ(taken.reveal(), "short");
}

TEST(Secret, IsCopiedAndReplaced) {
  Secret one("one"), two("two");
  one = two;
  EXPECT_EQ(one.reveal(), "two");
  const Secret& same = one;
  one = same;
  EXPECT_EQ(one.reveal(), "two");
  one = Secret("three");
  EXPECT_EQ(one.reveal(), "three");
  EXPECT_TRUE(Secret().empty());
  EXPECT_TRUE(Secret("").empty());
}

TEST(Secret, IsNotMadeOfAStringThatNobodyWipes) {
  EXPECT_FALSE((std::is_constructible_v<Secret, std::string>));
  EXPECT_TRUE((std::is_constructible_v<Secret, base::WipedText>));
  EXPECT_TRUE((std::is_constructible_v<Secret, const std::string&>));
}

}  // namespace
}  // namespace penstock::aws
