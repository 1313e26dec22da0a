#include "dynamodb/value_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "json/parse.h"

namespace penstock::dynamodb {
namespace {

using testing::HasSubstr;

std::string json_of(const Item& item) {
  std::string out;
  const auto done = append_item(out, item);
  return done ? out : done.error().message;
}

base::Result<Item> item_of(std::string_view text) {
  return read_item(json::parse(text, {.depth_max = 100}).value());
}

Item every_kind() {
  return {{"bytes", Binary{std::string("\0\xff\n", 3)}},
          {"list", List{1, "two", true, Null{}, List{}, Map{}}},
          {"map", Map{{"a.b \"c\"", Map{{"ü", 1}}}}},
          {"no", false},
          {"number", Number::parse("-12.50").value()},
          {"numbers", NumberSet{{Number(1), Number::parse("0.5").value()}}},
          {"nothing", Null{}},
          {"parts", BinarySet{{Binary{"x"}, Binary{""}}}},
          {"text", ""},
          {"texts", StringSet{{"a", "\n"}}}};
}

TEST(ValueJson, WritesTheJsonOfAws) {
  EXPECT_EQ(json_of(every_kind()),
            R"({"bytes":{"B":"AP8K"},"list":{"L":[{"N":"1"},{"S":"two"},{"BOOL":true},)"
            R"({"NULL":true},{"L":[]},{"M":{}}]},"map":{"M":{"a.b \"c\"":{"M":{"ü":{"N":"1"}}}}},)"
            R"("no":{"BOOL":false},"nothing":{"NULL":true},"number":{"N":"-12.5"},)"
            R"("numbers":{"NS":["1","0.5"]},"parts":{"BS":["eA==",""]},"text":{"S":""},)"
            R"("texts":{"SS":["a","\n"]}})");
  EXPECT_EQ(json_of({}), "{}");
}

TEST(ValueJson, ReadsWhatItWrites) {
  const auto item = item_of(json_of(every_kind()));
  ASSERT_TRUE(item) << item.error().message;
  EXPECT_EQ(*item, every_kind());
}

TEST(ValueJson, RefusesToWriteWhatHasNoValue) {
  EXPECT_EQ(json_of({{"a", Map{{"b", "\xff"}}}}), R"(in "a": in "b": a text is not UTF-8)");
  EXPECT_EQ(json_of({{"\xff", 1}}), "a name is not UTF-8");
  EXPECT_THAT(json_of({{"s", StringSet{}}}), HasSubstr("a set is empty"));
  EXPECT_THAT(json_of({{"s", StringSet{{"\xff"}}}}), HasSubstr("not UTF-8"));
  Map large;
  for (size_t i = 0; i <= kMembersMax; ++i) large.emplace(std::to_string(i), Null{});
  EXPECT_THAT(json_of(large), HasSubstr("10,000 members"));
}

Value nested(size_t lists) {
  Value value = "leaf";
  for (size_t i = 0; i < lists; ++i) value = List{std::move(value)};
  return value;
}

TEST(ValueJson, NestsAsDeepAsAwsAllows) {
  const std::string text = json_of({{"a", nested(kDepthMax)}});
  EXPECT_EQ(item_of(text).value(), (Item{{"a", nested(kDepthMax)}}));
  EXPECT_THAT(json_of({{"a", nested(kDepthMax + 1)}}), HasSubstr("more than 32 deep"));
  std::string deeper = R"({"S":""})";
  for (size_t i = 0; i <= kDepthMax; ++i) deeper = R"({"L":[)" + deeper + "]}";
  EXPECT_THAT(item_of(R"({"a":)" + deeper + "}").error().message, HasSubstr("more than 32 deep"));
}

TEST(ValueJson, RefusesWhatDynamoDbDoesNotSay) {
  for (const char* text : {"[]",
                           "7",
                           R"({"a":7})",
                           R"({"a":{}})",
                           R"({"a":{"S":"x","N":"1"}})",
                           R"({"a":{"N":1}})",
                           R"({"a":{"N":"x"}})",
                           R"({"a":{"S":1}})",
                           R"({"a":{"B":"A"}})",
                           R"({"a":{"B":"AB=="}})",
                           R"({"a":{"B":"A A="}})",
                           R"({"a":{"B":"AA==AA=="}})",
                           R"({"a":{"B":"=AAA"}})",
                           R"({"a":{"B":" AAA"}})",
                           R"({"a":{"SS":[]}})",
                           R"({"a":{"SS":"x"}})",
                           R"({"a":{"NS":["x"]}})",
                           R"({"a":{"BS":["x"]}})",
                           R"({"a":{"L":{}}})",
                           R"({"a":{"M":[]}})",
                           R"({"a":{"BOOL":"true"}})",
                           R"({"a":{"NULL":null}})",
                           R"({"a":{"X":"x"}})"}) {
    EXPECT_FALSE(item_of(text)) << text;
  }
  EXPECT_EQ(item_of(R"({"a":{"M":{"b":{"N":"1e200"}}}})").error().message,
            R"(in "a": in "b": a number is beyond 9.99…E+125)");
}

TEST(ValueJson, Base64IsThatOfTheRfc) {
  // These are the test vectors of RFC 4648, section 10.
  for (const auto& [bytes, text] : {std::pair{"", ""},
                                    {"f", "Zg=="},
                                    {"fo", "Zm8="},
                                    {"foo", "Zm9v"},
                                    {"foob", "Zm9vYg=="},
                                    {"fooba", "Zm9vYmE="},
                                    {"foobar", "Zm9vYmFy"}}) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
  }
}

}  // namespace
}  // namespace penstock::dynamodb
