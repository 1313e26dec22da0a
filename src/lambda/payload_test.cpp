#include "lambda/payload.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::lambda {
namespace {

std::string json_of(std::optional<std::string_view> value) {
  Record record;
  record.value = value;
  const auto json = payload_json(record);
  return json ? json->text : "error: " + json.error().message;
}

TEST(Payload, KeepsJsonAsItWasWritten) {
  EXPECT_EQ(json_of(R"({"b": 1.10, "a": 12345678901234567890123})"),
            R"({"b": 1.10, "a": 12345678901234567890123})");
  EXPECT_EQ(json_of("7"), "7");
  EXPECT_EQ(json_of("{\r\n  \"a\": \"x\\ny\"\n}\n"), "{    \"a\": \"x\\ny\" } ");
}

TEST(Payload, MakesOtherTextAString) {
  EXPECT_EQ(json_of("Hello, \"Zoë\"!\n"), R"("Hello, \"Zoë\"!\n")");
  EXPECT_EQ(json_of("{\"cut\":"), R"("{\"cut\":")");
  EXPECT_EQ(json_of(""), R"("")");
  EXPECT_EQ(json_of(std::string(100, '[') +
                    std::string(100, ']')),  // It is nested too deeply to be read as JSON.
            '"' + std::string(100, '[') + std::string(100, ']') + '"');
}

TEST(Payload, IsNullForATombstone) {
  EXPECT_EQ(json_of(std::nullopt), "null");
}

TEST(Payload, RefusesOtherBytes) {
  EXPECT_EQ(json_of("\xff\xfe"), "error: the value is neither JSON nor other UTF-8 text");
  EXPECT_EQ(json_of("{\"a\":\"\xc3\"}"), "error: the value is neither JSON nor other UTF-8 text");
}

}  // namespace
}  // namespace penstock::lambda
