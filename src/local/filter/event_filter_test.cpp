#include "local/filter/event_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <initializer_list>
#include <string>

namespace penstock::local {
namespace {

using testing::HasSubstr;

boost::json::value criteria_of(std::initializer_list<std::string_view> patterns) {
  boost::json::array filters;
  for (const std::string_view pattern : patterns) {
    filters.push_back(
        boost::json::object{{"Pattern", boost::json::string_view(pattern.data(), pattern.size())}});
  }
  return boost::json::object{{"Filters", filters}};
}

EventFilter filter(std::initializer_list<std::string_view> patterns) {
  return EventFilter::parse(criteria_of(patterns)).value();
}

std::string error_of(const boost::json::value& criteria) {
  const auto parsed = EventFilter::parse(criteria);
  if (parsed) return "none";
  EXPECT_EQ(parsed.error().code, base::ErrorCode::invalid);
  return parsed.error().message;
}

TEST(EventFilter, PassesEverythingWithoutFilters) {
  for (const char* criteria : {"null", "{}", R"({"Filters": []})"}) {
    const auto parsed = EventFilter::parse(boost::json::parse(criteria));
    ASSERT_TRUE(parsed) << criteria;
    EXPECT_TRUE(parsed->passes("x"));
    EXPECT_TRUE(parsed->passes(std::nullopt));
  }
}

TEST(EventFilter, OneFilterThatMatchesSuffices) {
  const EventFilter either =
      filter({R"({"value": {"type": ["a"]}})", R"({"value": {"n": [{"exists": true}]}})"});
  EXPECT_TRUE(either.passes(R"({"type": "a"})"));
  EXPECT_TRUE(either.passes(R"({"type": "b", "n": 1})"));
  EXPECT_FALSE(either.passes(R"({"type": "b"})"));
}

// These are the examples of AWS's page on Kafka.
TEST(EventFilter, HandlesTheExamplesOfAws) {
  const EventFilter device = filter({R"({ "value" : { "device_ID" : [ { "prefix": "AB" } ] } })"});
  EXPECT_TRUE(device.passes(R"({"device_ID": "AB1234", "session": {"duration": 162}})"));
  EXPECT_FALSE(device.passes(R"({"device_ID": "XB1234", "session": {"duration": 162}})"));
  const EventFilter not_error = filter({R"({ "value" : [ { "anything-but": [ "error" ] } ] })"});
  EXPECT_TRUE(not_error.passes("fine"));
  EXPECT_FALSE(not_error.passes("error"));
}

// AWS's table says "Lambda filters (on the other metadata properties only)", but Kafka has none.
TEST(EventFilter, DoesNotFilterAValueOfAnotherFormat) {
  const EventFilter json = filter({R"({"value": {"type": ["a"]}})"});
  for (const std::string_view text :
       {"plain", "", "7", "true", "null", "\"a\"", "{\"type\":", "{} x"}) {
    EXPECT_TRUE(json.passes(text)) << text;
  }
  EXPECT_FALSE(json.passes("{}"));
  EXPECT_FALSE(json.passes("[]"));

  const EventFilter text = filter({R"({"value": ["a", "7"]})"});
  EXPECT_TRUE(text.passes("a"));
  EXPECT_TRUE(text.passes("7"));
  EXPECT_FALSE(text.passes("b"));
  EXPECT_FALSE(text.passes("\"a\""));
  EXPECT_FALSE(text.passes(""));
  EXPECT_TRUE(text.passes(R"({"type": "b"})"));
  EXPECT_TRUE(text.passes("[]"));
}

TEST(EventFilter, FiltersAValueThatHasALargeExponent) {
  const EventFilter json = filter({R"({"value": {"b": [2, {"numeric": [">", 4]}]}})"});
  EXPECT_FALSE(json.passes(R"({"a": 1e99999999999, "b": 3})"));
  EXPECT_TRUE(json.passes(R"({"a": 1e99999999999, "b": 2})"));
  EXPECT_FALSE(json.passes(R"({"b": 1e99999999999})"));
}

TEST(EventFilter, DoesNotFilterAValueThatIsNotUtf8) {
  const EventFilter both = filter({R"({"value": {"type": ["a"]}})", R"({"value": ["a"]})"});
  EXPECT_TRUE(both.passes("\xff\xfe"));
  EXPECT_TRUE(both.passes("{\"type\": \"\xc3\"}"));
}

TEST(EventFilter, JudgesAValueByPatternsOfItsFormatOnly) {
  const EventFilter both = filter({R"({"value": {"type": ["a"]}})", R"({"value": ["a"]})"});
  EXPECT_TRUE(both.passes("a"));
  EXPECT_FALSE(both.passes("b"));
  EXPECT_TRUE(both.passes(R"({"type": "a"})"));
  EXPECT_FALSE(both.passes(R"({"type": "b"})"));
}

TEST(EventFilter, PassesATombstoneIfTheValueMayBeAbsent) {
  EXPECT_FALSE(filter({R"({"value": {"type": ["a"]}})"}).passes(std::nullopt));
  EXPECT_FALSE(filter({R"({"value": [{"anything-but": ["a"]}]})"}).passes(std::nullopt));
  EXPECT_FALSE(filter({R"({"value": [null]})"}).passes(std::nullopt));
  EXPECT_TRUE(filter({R"({"value": [{"exists": false}]})"}).passes(std::nullopt));
  EXPECT_TRUE(filter({R"({"value": {"type": [{"exists": false}]}})"}).passes(std::nullopt));
}

TEST(EventFilter, HandlesHostileValues) {
  const EventFilter deep =
      filter({R"({"value": {"a": {"b": [{"exists": false}, {"suffix": "x"}]}}})"});
  const auto nested = [](size_t depth) {
    std::string text = R"({"a":)";
    for (size_t i = 0; i < depth; ++i) text += '[';
    return text.append(R"({"b":"y"})").append(depth, ']').append("}");
  };
  EXPECT_FALSE(deep.passes(nested(kJsonDepthMax - 2)));
  EXPECT_TRUE(deep.passes(nested(kJsonDepthMax - 1)));  // It is not read as JSON.
  EXPECT_TRUE(deep.passes(nested(1'000'000)));

  std::string wide = R"({"a":[)";
  for (int i = 0; i < 100'000; ++i) wide += R"({"b":"y"},)";
  EXPECT_TRUE(deep.passes(wide + R"({"b":"x"}]})"));
  EXPECT_FALSE(deep.passes(wide + R"({"b":"z"}]})"));
}

// If each element looked for "a" in all of the array, this would take minutes.
TEST(EventFilter, LooksForAbsenceInTimeOfTheValue) {
  const EventFilter absent = filter({R"({"value": {"p": {"a": [{"exists": false}], "b": [1]}}})"});
  std::string text = R"({"p":[)";
  for (int i = 0; i < 50'000; ++i) text += R"({"b":2},)";
  EXPECT_TRUE(absent.passes(text + R"({"b":1}]})"));
  EXPECT_FALSE(absent.passes(text + R"({"b":3}]})"));
  EXPECT_FALSE(absent.passes(text + R"({"a":4,"b":1}]})"));
}

TEST(EventFilter, SaysWhichFilterIsWrongAndWhere) {
  EXPECT_EQ(error_of(criteria_of(
                {R"({"value": ["a"]})", R"({"value": {"s": {"d": [{"wildcard": "a*"}]}}})"})),
            "filter 2: \"value\".\"s\".\"d\": EventBridge has the operator "
            "\"wildcard\", but Lambda's event filtering does not. Lambda has \"prefix\", "
            "\"suffix\", \"equals-ignore-case\", \"anything-but\", \"numeric\" and \"exists\"");
  EXPECT_EQ(error_of(criteria_of({R"({"key": ["a"]})"})),
            "filter 1: \"key\": Kafka event source mappings support filtering by "
            "the key \"value\" only. Remove this one");
  EXPECT_THAT(error_of(criteria_of({R"({"value": )"})),
              HasSubstr("filter 1: Pattern: it is not JSON"));
}

TEST(EventFilter, RefusesCriteriaOfAnotherShape) {
  for (const char* criteria : {"[]", "\"a\"", R"({"filters": []})", R"({"Filters": {}})",
                               R"({"Filters": [], "KMSKeyArn": "a"})"}) {
    EXPECT_THAT(error_of(boost::json::parse(criteria)), HasSubstr("it must be")) << criteria;
  }
  for (const char* filter :
       {"{}", "null", R"({"pattern": "{}"})", R"({"Pattern": {"value": ["a"]}})",
        R"({"Pattern": "{}", "Name": "a"})"}) {
    const std::string criteria = R"({"Filters": [)" + std::string(filter) + "]}";
    EXPECT_THAT(error_of(boost::json::parse(criteria)), HasSubstr("filter 1: a filter must be"))
        << filter;
  }
}

TEST(EventFilter, HasTheLimitsOfAws) {
  boost::json::array filters(EventFilter::kFiltersMax,
                             boost::json::object{{"Pattern", R"({"value":["a"]})"}});
  EXPECT_EQ(error_of(boost::json::object{{"Filters", filters}}), "none");
  filters.push_back(filters.front());
  EXPECT_EQ(error_of(boost::json::object{{"Filters", filters}}),
            "it has 11 filters, but Lambda allows 5, or 10 with a quota increase");

  const std::string frame = R"({"value":[""]})";
  std::string text;
  for (size_t i = frame.size(); i < EventFilter::kPatternCharactersMax; ++i) text += "é";
  const auto pattern = [&] { return R"({"value":[")" + text + R"("]})"; };
  EXPECT_EQ(error_of(criteria_of({pattern()})), "none");
  text += "é";
  EXPECT_THAT(error_of(criteria_of({pattern()})), HasSubstr("more than 4096 characters"));
}

}  // namespace
}  // namespace penstock::local
