#include "local/filter/event_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace penstock::local {
namespace {

using testing::HasSubstr;

// Says whether a pattern for "value" matches this value.
bool matches(const std::string& pattern, const std::string& value) {
  const auto compiled = EventPattern::compile(read_json("{\"value\":" + pattern + "}").value());
  return compiled.value().match(read_json("{\"value\":" + value + "}").value());
}

std::string error_of(const std::string& pattern) {
  const auto compiled = EventPattern::compile(read_json(pattern).value());
  return compiled ? "none" : compiled.error().message;
}

// Has the rules for one field, with values that match and values that do not.
struct Operator {
  const char* rules;
  std::vector<const char*> yes;
  std::vector<const char*> no;
};

const Operator kOperators[] = {
    {"[null]", {"null", "[1, null]"}, {"\"\"", "0", "false", "\"null\"", "[]", "{}"}},
    {R"([""])", {R"("")"}, {"null", R"(" ")", "[]"}},
    {R"(["Alice"])",
     {R"("Alice")", R"("\u0041lice")", R"(["Bob", "Alice"])"},
     {R"("alice")", R"("Alice ")", "{}"}},
    {R"(["Credit", "Debit", 7])", {R"("Debit")", "7"}, {R"("7")", R"("Cash")"}},
    {"[true]", {"true"}, {"false", R"("true")", "1", "null"}},
    {"[false]", {"false"}, {"true", "null"}},
    // Numbers are compared as they are written.
    {"[300]", {"300"}, {"300.0", "3.0e2", "3e2", R"("300")", "301"}},
    {"[12345678901234567890123]", {"12345678901234567890123"}, {"12345678901234567890124"}},
    {R"([{"equals-ignore-case": "aLice"}])",
     {R"("Alice")", R"("ALICE")"},
     {R"("Alic")", R"("Alicea")", "1", "null"}},
    {R"([{"equals-ignore-case": "\u00c9t\u00e9 \u0416\u03a3"}])",
     {R"("\u00c9T\u00c9 \u0436\u03c3")", "\"été Жσ\""},
     {R"("ete \u0436\u03c3")", R"("\u00e9t\u00e9 \u0436\u03c2")"}},
    {R"([{"prefix": "us-"}])",
     {R"("us-")", R"("us-east-1")"},
     {R"("us")", R"("eu-us-")", R"("US-1")", "1"}},
    {R"([{"suffix": ".png"}])", {R"(".png")", R"("a.png")"}, {R"("a.png2")", R"("png")", "null"}},
    {R"([{"anything-but": ["Raining", "Hail"]}])",
     {R"("Sunny")", R"("raining")", "1", "null", "true", R"(["Raining", "Sunny"])"},
     {R"("Raining")", R"("Hail")", R"(["Raining", "Hail"])", "[]", "{}"}},
    {R"([{"anything-but": "Raining"}])", {R"("Sunny")"}, {R"("Raining")"}},
    {R"([{"anything-but": [1, 2]}])", {"3", R"("1")", "1.0"}, {"1", "2"}},
    {R"([{"numeric": ["=", 100]}])",
     {"100", "100.0", "1e2", "1E+2"},
     {"100.01", "99", R"("100")", "null"}},
    {R"([{"numeric": [">", 10, "<=", 20]}])",
     {"10.5", "20", "2.0e1"},
     {"10", "10.0", "20.001", "1e999"}},
    {R"([{"numeric": [">=", 10, "<", 20]}])", {"10", "19.9"}, {"9.99", "20"}},
    {R"([{"numeric": ["<", 0]}])",
     {"-0.1", "-5e9", "-5000000001", "-1.7976931348623157e308"},
     {"0", "-0.0", "-1e999"}},
    {R"([{"numeric": ["<=", 0]}])", {"0", "-0.0", "0e5", "-1"}, {"0.001", "1e-999"}},
    {R"([{"numeric": [">", 0]}])",
     {"5e9", "5000000001", "1795916178055", "0.000001", "100000000000000000000"},
     {"0", "1e-999", "18446744073709551616"}},
    {R"([{"numeric": ["<", 9007199254740992]}])",
     {"9007199254740991", "9007199254740991.0"},
     {"9007199254740992", "9007199254740993"}},
    {R"([{"numeric": ["=", 0.1]}])",
     {"0.10", "1e-1"},
     {"0.1000000000000000055511151231257827", "0.10000000000000001"}},
    {R"([{"exists": true}])",
     {"1", "null", R"("")", "[1]", "[[1]]"},
     {"{}", "[]", R"({"a": 1})", R"([{"a": 1}])"}},
    {R"([{"exists": false}])", {"{}", "[]", R"({"a": 1})"}, {"1", "null", "[1]"}},
    {R"([{"prefix": "a"}, {"suffix": "z"}, "m"])", {R"("ab")", R"("yz")", R"("m")"}, {R"("b")"}},
};

TEST(EventPattern, HasTheOperatorsOfAws) {
  for (const Operator& op : kOperators) {
    const std::string pattern = R"({"f":)" + std::string(op.rules) + "}";
    for (const char* value : op.yes) {
      EXPECT_TRUE(matches(pattern, R"({"f":)" + std::string(value) + "}"))
          << op.rules << " and " << value;
    }
    for (const char* value : op.no) {
      EXPECT_FALSE(matches(pattern, R"({"f":)" + std::string(value) + "}"))
          << op.rules << " and " << value;
    }
  }
}

TEST(EventPattern, MatchesAnAbsentFieldOnlyByExistsFalse) {
  for (const Operator& op : kOperators) {
    const std::string pattern = R"({"f":)" + std::string(op.rules) + "}";
    EXPECT_EQ(matches(pattern, R"({"g": 1})"), pattern.find("false}") != std::string::npos)
        << op.rules;
  }
  EXPECT_TRUE(matches(R"({"f": ["a", {"exists": false}]})", "{}"));
  EXPECT_TRUE(matches(R"({"f": ["a", {"exists": false}]})", R"({"f": "a"})"));
  EXPECT_FALSE(matches(R"({"f": ["a", {"exists": false}]})", R"({"f": "b"})"));
}

// It is no error if a record has one.
TEST(EventPattern, MatchesNoNumberThatNoDoubleHolds) {
  const std::string tiny = "0." + std::string(400, '0') + "1";
  const std::string huge = "1" + std::string(400, '0');
  EXPECT_FALSE(matches(R"({"f": [{"numeric": ["<", 1]}]})", R"({"f": )" + tiny + "}"));
  EXPECT_FALSE(matches(R"({"f": [{"numeric": [">=", 0]}]})", R"({"f": -)" + tiny + "}"));
  EXPECT_FALSE(matches(R"({"f": [{"numeric": [">", 1]}]})", R"({"f": )" + huge + "}"));
  EXPECT_TRUE(matches(R"({"f": [{"numeric": ["=", 1]}]})", R"({"f": )" + huge + "e-400}"));
  EXPECT_TRUE(matches(R"({"f": [)" + huge + "]}", R"({"f": )" + huge + "}"));
}

// If each rule converted the number, a record with many numbers would take minutes.
TEST(EventPattern, ComparesTheNumberThatTheReaderHasConverted) {
  const auto pattern = EventPattern::compile(
      read_json(R"({"value": {"f": [{"numeric": [">", 8]}, {"numeric": ["<", 6]}]}})").value());
  JsonNode record = read_json(R"({"value": {"f": 7}})").value();
  EXPECT_FALSE(pattern.value().match(record));
  record.children[0].children[0].comparable = 9;
  EXPECT_TRUE(pattern.value().match(record));
}

TEST(EventPattern, MatchesInAnyOfItsRanges) {
  const std::string pattern =
      R"({"f": [{"numeric": [">", 5, "<", 7]}, {"numeric": ["=", 9]}, {"numeric": ["<=", -1]},)"
      R"({"numeric": [">=", 6, "<=", 8]}, {"numeric": ["<", -3]}, {"numeric": [">", 20]},)"
      R"({"numeric": [">", 0, "<", 5e-324]}]})";
  for (const char* in : {"-1e308", "-1", "5.000000000000001", "6", "7", "8", "9", "21"}) {
    EXPECT_TRUE(matches(pattern, R"({"f":)" + std::string(in) + "}")) << in;
  }
  for (const char* out : {"-0.5", "0", "5e-324", "5", "8.000000000000002", "8.5", "10", "20"}) {
    EXPECT_FALSE(matches(pattern, R"({"f":)" + std::string(out) + "}")) << out;
  }
}

TEST(EventPattern, MatchesIfAllFieldsMatch) {
  const std::string pattern = R"({"Location": ["New York"], "Day": ["Monday"]})";
  EXPECT_TRUE(matches(pattern, R"({"Day": "Monday", "Location": "New York", "More": 1})"));
  EXPECT_FALSE(matches(pattern, R"({"Day": "Monday"})"));
  EXPECT_FALSE(matches(pattern, R"({"Day": "Monday", "Location": "Rome"})"));
}

TEST(EventPattern, HasNestedFields) {
  const std::string pattern = R"({"a": {"b": {"c": [1]}, "d": [2]}})";
  EXPECT_TRUE(matches(pattern, R"({"a": {"b": {"c": 1}, "d": 2}})"));
  EXPECT_FALSE(matches(pattern, R"({"a": {"b": {"c": 1}}, "d": 2})"));
  EXPECT_FALSE(matches(pattern, R"({"a": 1})"));
  EXPECT_FALSE(matches(pattern, R"({"a": {"b": 1, "d": 2}})"));
  EXPECT_TRUE(matches(R"({"a": {"b": [{"exists": false}]}})", R"({"a": 1})"));
  EXPECT_TRUE(matches(R"({"a": {"b": [{"exists": false}]}})", "{}"));
}

TEST(EventPattern, MatchesTheFieldsOfOneObjectInOneElement) {
  const std::string people =
      R"({"p": [[{"first": "John", "last": "Doe"}, {"first": "Anna", "last": "Smith"}],
                                       7, {"first": "Peter", "last": "Jones"}]})";
  EXPECT_TRUE(matches(R"({"p": {"first": ["Anna"]}})", people));
  EXPECT_TRUE(matches(R"({"p": {"first": ["Anna"], "last": ["Smith"]}})", people));
  EXPECT_FALSE(matches(R"({"p": {"first": ["Anna"], "last": ["Jones"]}})", people));
  EXPECT_TRUE(matches(R"({"first": ["Anna"]})", R"([{"first": "John"}, {"first": "Anna"}])"));
}

TEST(EventPattern, LooksForAbsenceInAllElements) {
  const std::string pattern = R"({"p": {"a": [{"exists": false}], "b": [1]}})";
  EXPECT_TRUE(matches(pattern, R"({"p": [{"b": 1}, {"c": 2}]})"));
  EXPECT_FALSE(matches(pattern, R"({"p": [{"b": 1}, {"a": 2}]})"));
}

// The order of names decides, as in event-ruler.
TEST(EventPattern, LooksForAbsenceWhereAnEarlierFieldHasMatched) {
  const std::string pattern = R"({"p": {"a": [1], "b": [{"exists": false}]}})";
  EXPECT_TRUE(matches(pattern, R"({"p": [{"a": 1}, {"c": 2}]})"));
  EXPECT_TRUE(matches(pattern, R"({"p": [{"a": 1}, {"b": 2}]})"));
  EXPECT_TRUE(matches(pattern, R"({"p": [[{"a": 1, "b": 2}], {"a": 1}]})"));
  EXPECT_FALSE(matches(pattern, R"({"p": [{"a": 1, "b": 2}, {"a": 3}]})"));

  const std::string deep = R"({"p": {"a": [1], "q": {"b": [{"exists": false}], "c": [2]}}})";
  EXPECT_TRUE(matches(deep, R"({"p": [{"a": 1, "q": [{"c": 2}]}, {"q": {"b": 3}}]})"));
  EXPECT_FALSE(matches(deep, R"({"p": [{"a": 1, "q": [{"c": 2}, {"b": 3}]}]})"));
}

TEST(EventPattern, AFieldBesideOrAndInsideItMustMatchBoth) {
  const std::string pattern = R"({"$or": [{"a": [1]}, {"b": [2]}], "a": [3, {"exists": false}]})";
  EXPECT_TRUE(matches(pattern, R"({"a": [1, 3]})"));
  EXPECT_TRUE(matches(pattern, R"({"b": 2})"));
  EXPECT_FALSE(matches(pattern, R"({"a": 1})"));
  EXPECT_FALSE(matches(pattern, R"({"a": 3})"));
}

TEST(EventPattern, MatchesAnyObjectOfOr) {
  const std::string pattern =
      R"({"t": ["x"], "$or": [{"a": [1]}, {"b": [2], "$or": [{"c": [3]}, {"d": {"e": [4]}}]}]})";
  EXPECT_TRUE(matches(pattern, R"({"t": "x", "a": 1})"));
  EXPECT_TRUE(matches(pattern, R"({"t": "x", "b": 2, "c": 3})"));
  EXPECT_TRUE(matches(pattern, R"({"t": "x", "b": 2, "d": {"e": 4}})"));
  EXPECT_FALSE(matches(pattern, R"({"t": "x", "b": 2})"));
  EXPECT_FALSE(matches(pattern, R"({"t": "x", "c": 3})"));
  EXPECT_FALSE(matches(pattern, R"({"a": 1})"));
  EXPECT_EQ(error_of(R"({"$or": [{"value": {"a": [1]}}, {"value": {"b": [2]}}]})"), "none");
}

TEST(EventPattern, UsesTheLastOfSeveralMembersWithOneKey) {
  EXPECT_TRUE(matches(R"({"a": [2]})", R"({"a": 1, "b": 0, "a": 2})"));
  EXPECT_FALSE(matches(R"({"a": [1]})", R"({"a": 1, "b": 0, "a": 2})"));
}

TEST(EventPattern, RefusesWhatLambdaRefuses) {
  const struct {
    const char* pattern;
    const char* error;
  } refused[] = {
      {R"(["value"])", "must be a JSON object"},
      {"{}", "the pattern is empty"},
      {R"({"value": {}})", "the object is empty"},
      {R"({"value": {"a": {}}})", "\"value\".\"a\": the object is empty"},
      {R"({"value": []})", "the array is empty"},
      {R"({"value": "a"})", "\"value\": a field must have an array of values"},
      {R"({"value": {"a": 1}})", "\"value\".\"a\": a field must have an array of values"},
      {R"({"value": {"a\n": 1}})", R"("value"."a\n": a field)"},
      {R"({"topic": ["a"], "value": ["a"]})", "\"topic\": Kafka event source mappings support"},
      {R"({"$or": [{"value": ["a"]}, {"key": ["a"]}]})",
       "\"key\": Kafka event source mappings support"},
      {R"({"$or": [{"value": ["a"]}, {"value": {"a": [1]}}]})", "no record is both"},
      {R"({"value": [["a"]]})", "must not contain an array"},
      {R"({"value": [{}]})", "exactly one operator"},
      {R"({"value": [{"prefix": "a", "suffix": "b"}]})", "exactly one operator"},
      {R"({"value": [{"cidr": "10.0.0.0/8"}]})", "EventBridge has the operator \"cidr\""},
      {R"({"value": [{"Prefix": "a"}]})", "\"Prefix\" is not an operator. Lambda has"},
      {R"({"value": [{"prefix": 1}]})", "the operand of \"prefix\" must be a string"},
      {R"({"value": [{"prefix": {"equals-ignore-case": "a"}}]})", "must be a string"},
      {R"({"value": [{"suffix": null}]})", "the operand of \"suffix\""},
      {R"({"value": [{"equals-ignore-case": ["a"]}]})", "the operand of \"equals-ignore-case\""},
      {R"({"value": [{"anything-but": {"prefix": "a"}}]})", "\"anything-but\" of an operator"},
      {R"({"value": [{"anything-but": []}]})", "strings only or numbers only"},
      {R"({"value": [{"anything-but": ["a", 1]}]})", "strings only or numbers only"},
      {R"({"value": [{"anything-but": [null]}]})", "strings only or numbers only"},
      {R"({"value": [{"anything-but": true}]})", "strings only or numbers only"},
      {R"({"value": [{"exists": "true"}]})", "must be true or false"},
      {R"({"value": [{"numeric": 1}]})", "the operand of \"numeric\" must be"},
      {R"({"value": [{"numeric": []}]})", "the operand of \"numeric\" must be"},
      {R"({"value": [{"numeric": ["="]}]})", "the operand of \"numeric\" must be"},
      {R"({"value": [{"numeric": ["=", "1"]}]})", "the operand of \"numeric\" must be"},
      {R"({"value": [{"numeric": ["!=", 1]}]})", "the operand of \"numeric\" must be"},
      {R"({"value": [{"numeric": ["<", 1, ">", 0]}]})", "the operand of \"numeric\" must be"},
      {R"({"value": [{"numeric": ["=", 1, "<", 2]}]})", "the operand of \"numeric\" must be"},
      {R"({"value": [{"numeric": [">", 1, "<", 1]}]})", "is empty"},
      {R"({"value": [{"numeric": [">", 9007199254740993]}]})",
       "\"numeric\" cannot compare 9007199254740993, which has more digits than a double keeps"},
      {R"({"value": [{"numeric": ["<", 1e309]}]})", "\"numeric\" cannot compare 1e309"},
      {R"({"value": [{"anything-but": [1, 1e-400]}]})", "\"anything-but\" cannot compare 1e-400"},
      {R"({"value": {"$or": [{"regex": ["a"]}, {"b": [1]}]}})",
       "\"regex\": the name of an operator"},
      {R"({"value": {"$or": {"a": [1]}}})", "\"$or\" must have an array"},
      {R"({"value": {"$or": [{"a": [1]}]}})", "at least two objects"},
      {R"({"value": {"$or": [{"a": [1]}, 2]}})", "at least two objects"},
      {R"({"value": {"$or": [{"a": [1]}, {}]}})", "the object is empty"},
      {R"({"value": {"$or": [{"prefix": ["a"]}, {"b": [1]}]}})",
       "\"prefix\": the name of an operator"},
  };
  for (const auto& [pattern, error] : refused) {
    EXPECT_THAT(error_of(pattern), HasSubstr(error)) << pattern;
  }
}

}  // namespace
}  // namespace penstock::local
