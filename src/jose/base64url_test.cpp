#include "jose/base64url.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::jose {
namespace {

// These are of RFC 4648 section 10, and the two characters that differ from base64.
TEST(Base64url, WritesAndReadsTheExamplesOfTheRfc) {
  const std::pair<std::string, std::string> examples[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},           {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"\xfb\xff\xbf", "-_-_"}};
  for (const auto& [bytes, text] : examples) {
    EXPECT_EQ(to_base64url(bytes), text);
    EXPECT_EQ(from_base64url(text), bytes);
  }
}

TEST(Base64url, ReadsEachByteThatItWrites) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    bytes += static_cast<char>(i);
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
  }
}

TEST(Base64url, RefusesWhatIsNotOfTheAlphabet) {
  for (const std::string text : {"Zm9+", "Zm9/", "Zm 9", "Zm9v\n", "Zm9\xc3", "=", "Zg=", "Zg=="}) {
    EXPECT_EQ(from_base64url(text), std::nullopt) << text;
  }
  EXPECT_EQ(from_base64url(std::string("Zm9\0", 4)), std::nullopt);
}

// RFC 4648 section 3.5: two texts must not stand for the same bytes.
TEST(Base64url, RefusesBitsThatAreLeftOver) {
  EXPECT_EQ(from_base64url("Zh"), std::nullopt);
  EXPECT_EQ(from_base64url("Zm9"), std::nullopt);
  EXPECT_EQ(from_base64url("Zm8"), "fo");
  EXPECT_EQ(from_base64url("Z"), std::nullopt);
  EXPECT_EQ(from_base64url("Zm9vZ"), std::nullopt);
}

TEST(Base64url, TakesPaddingWhereItIsAllowed) {
  EXPECT_EQ(from_base64url("Zg==", Padding::allowed), "f");
  EXPECT_EQ(from_base64url("Zm8=", Padding::allowed), "fo");
  EXPECT_EQ(from_base64url("Zm9v", Padding::allowed), "foo");
  EXPECT_EQ(from_base64url("Zm8", Padding::allowed), "fo");
  for (const std::string text : {"Zg=", "Zm8==", "Zm9v=", "Zm9v====", "====", "Zg===", "Z==="}) {
    EXPECT_EQ(from_base64url(text, Padding::allowed), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace penstock::jose
