#include "idempotency/key_header.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::idempotency {
namespace {

std::string key(std::string_view value) {
  const auto read = key_of(value);
  return read ? *read : "";
}

TEST(KeyHeader, ReadsStringsAndBareKeys) {
  EXPECT_EQ(key(R"("8e03978e-40d5-43e8-bc93-6f894a57f324")"),
            "8e03978e-40d5-43e8-bc93-6f894a57f324");
  EXPECT_EQ(key("8e03978e-40d5-43e8-bc93-6f894a57f324"), "8e03978e-40d5-43e8-bc93-6f894a57f324");
  EXPECT_EQ(key(" \t\"a b\\\"\\\\;,\" "), "a b\"\\;,");
  EXPECT_EQ(key("a=/+:~!"), "a=/+:~!");
}

TEST(KeyHeader, RefusesWhatIsNoKey) {
  for (const char* value :
       {"", "  ", "\"\"", "\"", "\"a", "a\"", "\"a\"b", "\"a\";p=1", "a,b", "a b", "a;b", "a\\",
        "\"a\\\"", "\"a\\b\"", "\"\x01\"", "\"\xc3\xbc\"", "\xc3\xbc", "a\x7f"}) {
    EXPECT_FALSE(key_of(value)) << value;
  }
  EXPECT_FALSE(key_of(std::string_view("a\0b", 3)));
}

TEST(KeyHeader, HasALimit) {
  EXPECT_EQ(key(std::string(255, 'x')).size(), 255U);
  EXPECT_EQ(key_of(std::string(256, 'x')).error().code, base::ErrorCode::too_large);
  std::string escaped = "\"";
  for (int i = 0; i < 255; ++i) escaped += "\\\"";
  EXPECT_EQ(key(escaped + '"').size(), 255U);
  EXPECT_EQ(key_of(escaped + "x\"").error().code, base::ErrorCode::too_large);
  EXPECT_EQ(key_of(std::string(10'000, '"')).error().code, base::ErrorCode::too_large);
}

}  // namespace
}  // namespace penstock::idempotency
