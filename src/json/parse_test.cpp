#include "json/parse.h"

#include <gtest/gtest.h>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <cmath>
#include <string>

namespace penstock::json {
namespace {

std::string error_of(const auto& result) {
  if (result) return "no error";
  EXPECT_EQ(result.error().code, base::ErrorCode::invalid);
  return result.error().message;
}

TEST(JsonParse, GivesTheValue) {
  const auto value = parse(R"({"a":[1,2.5,"b"]})");
  ASSERT_TRUE(value);
  EXPECT_EQ(*value, (boost::json::value{{"a", {1, 2.5, "b"}}}));
}

TEST(JsonParse, AllocatesInTheGivenStorage) {
  boost::json::monotonic_resource memory;
  const auto value = parse("[1]", {}, &memory);
  ASSERT_TRUE(value);
  EXPECT_EQ(value->storage().get(), &memory);
}

TEST(JsonParse, RefusesTextsThatTwoReadersCouldReadDifferently) {
  EXPECT_EQ(error_of(parse(R"({"a":1,"a":2})")), "it has a property twice, at byte 8");
  EXPECT_EQ(error_of(parse("[1e999]")), "it has a number out of range, at byte 1");
  EXPECT_EQ(error_of(parse("\"\xff\"")), "it is not UTF-8, at byte 1");
  EXPECT_EQ(error_of(parse("1 2")), "it is not JSON: something follows the value, at byte 2");
  EXPECT_EQ(error_of(parse("")), "it is empty, at byte 0");
}

TEST(JsonParse, IsLenientOnRequest) {
  const auto value = parse(R"({"a":1,"b":1e400,"a":2})", kLenient);
  ASSERT_TRUE(value) << value.error().message;
  EXPECT_EQ(value->at("a"), 2);
  EXPECT_TRUE(std::isinf(value->at("b").get_double()));
  EXPECT_FALSE(parse(R"({"a":1)", kLenient));
  EXPECT_FALSE(parse("{\"\xff\":1}", kLenient));
}

TEST(JsonParse, KeepsItsLimits) {
  EXPECT_TRUE(parse("[[1]]", {.depth_max = 2}));
  EXPECT_EQ(error_of(parse("[[[1]]]", {.depth_max = 2})), "it is nested too deeply, at byte 2");
  EXPECT_EQ(error_of(parse(R"({"a":1,"b":2})", {.properties_max = 1})),
            "it has an object with too many properties, at byte 12");
}

TEST(JsonCheck, DistinguishesJsonFromOtherTexts) {
  for (const char* text : {"null", " [1, {\"a\": \"\\u00e9\"}] ", R"({"a":1,"a":2})", "1e999"}) {
    EXPECT_TRUE(check(text)) << text;
  }
  for (const char* text : {"", "{", "[1,]", "\"\xff\"", "'a'", "/**/1", "1 2", "NaN"}) {
    EXPECT_FALSE(check(text)) << text;
  }
  EXPECT_EQ(error_of(check("[1 2]")), "not JSON at byte 3: syntax error");
  EXPECT_TRUE(check("[[1]]", 2));
  EXPECT_FALSE(check("[[[1]]]", 2));
}

}  // namespace
}  // namespace penstock::json
