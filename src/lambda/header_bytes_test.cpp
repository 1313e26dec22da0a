#include "lambda/header_bytes.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace penstock::lambda {
namespace {

struct Decoded {
  std::string bytes;
  size_t read;

  friend bool operator==(const Decoded&, const Decoded&) = default;
};

// Decodes an array, behind whose bracket `rest` begins, in a copy of exactly that size, so that the
// address sanitizer detects a read past its end.
std::optional<Decoded> decoded(const std::string& rest, bool singly) {
  const std::string text = "{\"h\":[" + rest;
  const auto copy = std::make_unique<char[]>(text.size());
  std::memcpy(copy.get(), text.data(), text.size());
  const char* const at = copy.get() + text.size() - rest.size();
  const char* const end = copy.get() + text.size();
  std::string bytes(rest.size(), '\0');
  char* out = bytes.data();
  const char* const stop = singly ? decode_header_bytes_singly(at, end, out)
                                  : decode_header_bytes(copy.get(), at, end, out);
  if (stop == nullptr) return std::nullopt;
  bytes.resize(static_cast<size_t>(out - bytes.data()));
  return Decoded{bytes, static_cast<size_t>(stop - at)};
}

std::string numbers(std::string_view bytes) {
  std::string text;
  for (const unsigned char byte : bytes) {
    text += (text.empty() ? "" : ",") + std::to_string(byte);
  }
  return text + "]";
}

TEST(HeaderBytes, DecodesEachByteAtEachPlace) {
  for (int byte = 0; byte < 256; ++byte) {
    for (size_t before = 0; before < 20; ++before) {
      const std::string bytes = std::string(before, 'a') + static_cast<char>(byte) + "zz";
      for (const char* behind : {"", "}]}                "}) {
        const auto got = decoded(numbers(bytes) + behind, false);
        ASSERT_TRUE(got) << byte << " behind " << before;
        EXPECT_EQ(got->bytes, bytes);
        EXPECT_EQ(got->read, numbers(bytes).size());
      }
    }
  }
}

TEST(HeaderBytes, DecodesSignedBytesAndSpaces) {
  const auto got = decoded("-128, -1 ,\n0,\t255 , 7 ]}                    ", false);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->bytes, std::string_view("\x80\xff\0\xff\x07", 5));
  EXPECT_EQ(decoded("]", false)->bytes, "");
  EXPECT_EQ(decoded("  ]", false)->bytes, "");
}

TEST(HeaderBytes, GivesUpAtWhatIsWrongAtEachPlace) {
  const std::string tail = "}]},{\"topic\":\"events\"}";
  for (const char* wrong : {"256",   "260",  "300", "999", "1000", "0255", "00",   "01",   "007",
                            "-129",  "-0",   "-",   "",    "x",    "1.0",  "1e2",  "1 2",  "[1]",
                            "\"1\"", "null", "+1",  "1,",  ",1",   "1:",   "\xff", "1\xb0"}) {
    for (size_t before = 0; before < 20; ++before) {
      std::string text;
      for (size_t i = 0; i < before; ++i) text += "97,";
      // An empty array is not wrong.
      if (before == 0 && *wrong == '\0') continue;
      for (const char* behind : {"]", ",98,99]"}) {
        for (const bool singly : {false, true}) {
          EXPECT_FALSE(decoded(text + wrong + behind + tail, singly))
              << text << wrong << behind << ' ' << singly;
        }
      }
    }
  }
  for (const char* open : {"", "1", "1,", "97,98,99,100,101,102,103"}) {
    EXPECT_FALSE(decoded(open, false)) << open;
  }
}

// Both functions agree on arrays whose bytes are changed at random.
TEST(HeaderBytes, AgreesWithWhatDecodesSingly) {
  std::mt19937 random(1);
  constexpr std::string_view kMarks = "0123456789012345,,,]]- .e\"[";
  int accepted = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string bytes(random() % 24, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    std::string text = numbers(bytes) + "},{\"a\":[1]}";
    for (size_t changes = random() % 3; changes > 0; --changes) {
      text[random() % text.size()] = kMarks[random() % kMarks.size()];
    }
    const auto one = decoded(text, false);
    ASSERT_EQ(one, decoded(text, true)) << text;
    accepted += one.has_value();
  }
  EXPECT_GT(accepted, 5'000);
  EXPECT_LT(accepted, 45'000);
}

}  // namespace
}  // namespace penstock::lambda
