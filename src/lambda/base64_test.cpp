#include "lambda/base64.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::lambda {
namespace {

std::optional<std::string> decoded(std::string_view text) {
  std::string bytes(base64_bytes_max(text.size()), '\0');
  const auto size = decode_base64(text, bytes.data());
  if (!size) return std::nullopt;
  bytes.resize(*size);
  return bytes;
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

}  // namespace
}  // namespace penstock::lambda
