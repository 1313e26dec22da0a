#include "lambda/base64.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace penstock::lambda {
namespace {

// Decodes from and to memory of exactly that size, so that the address sanitizer detects what goes
// beyond.
std::optional<std::string> decoded_by(decltype(decode_base64)& decode, std::string_view text) {
  const auto from = std::make_unique<char[]>(text.size());
  text.copy(from.get(), text.size());
  const auto bytes = std::make_unique<char[]>(base64_bytes_max(text.size()));
  const auto size = decode({from.get(), text.size()}, bytes.get());
  if (!size) return std::nullopt;
  return std::string(bytes.get(), *size);
}

std::optional<std::string> decoded(std::string_view text) {
  return decoded_by(decode_base64, text);
}

TEST(Base64, AgreesWithTheVectorsOfRfc4648) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(encode_base64(bytes), text);
    EXPECT_EQ(decoded(text), bytes);
  }
}

TEST(Base64, KeepsEveryByte) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  for (size_t cut = 0; cut < 3; ++cut) {
    const std::string part = bytes.substr(cut);
    EXPECT_EQ(decoded(encode_base64(part)), part);
  }
}

TEST(Base64, EncodesManyBytesAtOnceAsItDoesSingly) {
  unsigned state = 1;
  for (size_t length = 0; length < 300; ++length) {
    std::string bytes;
    for (size_t i = 0; i < length; ++i) {
      state = state * 1'664'525 + 1'013'904'223;
      bytes += static_cast<char>(state >> 24);
    }
    std::string singly(base64_length(length), '\0');
    EXPECT_EQ(encode_base64_singly(bytes, singly.data()), singly.data() + singly.size());
    EXPECT_EQ(encode_base64(bytes), singly) << length;
    EXPECT_EQ(decoded(singly), bytes) << length;
  }
}

TEST(Base64, RefusesTextsThatAreNotExactlyBase64) {
  for (const char* text : {"Zg", "Zg=", "Zg===", "Z===", "====", "=", "Zm9v\n", "Zm 9v", "Zm9-",
                           "Zm9_", "Zh==", "Zm9=", "Zg==Zg==", "=m9v", "Z=9v", "Zm=v", "Zm9\xc3"}) {
    EXPECT_EQ(decoded(text), std::nullopt) << text;
  }
}

// Sixteen characters are decoded at once, and those that are left one after the other.
TEST(Base64, AgreesAtEachLengthAndPlaceWithWhatDecodesSingly) {
  std::mt19937 random(1);
  for (size_t size = 0; size < 200; ++size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    const std::string text = encode_base64(bytes);
    EXPECT_EQ(decoded(text), bytes);
    EXPECT_EQ(decoded_by(decode_base64_singly, text), bytes);
    for (size_t cut = 0; cut < 4 && cut < text.size(); ++cut) {
      const std::string part = text.substr(0, text.size() - cut);
      EXPECT_EQ(decoded(part), decoded_by(decode_base64_singly, part));
    }
  }
  std::string text = encode_base64(std::string(60, 'x'));
  for (size_t at = 0; at < text.size(); ++at) {
    const char before = text[at];
    for (int byte = 0; byte < 256; ++byte) {
      text[at] = static_cast<char>(byte);
      ASSERT_EQ(decoded(text), decoded_by(decode_base64_singly, text)) << at << ' ' << byte;
    }
    text[at] = before;
  }
}

}  // namespace
}  // namespace penstock::lambda
