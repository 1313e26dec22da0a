// Tests how arrays and objects are read from each part of a request, by the styles of OpenAPI.
#include <gtest/gtest.h>

#include "contract/arguments/arguments_testing.h"

namespace penstock::contract {
namespace {

struct StyleRow {
  const char* parameter;
  const char* text;
  const char* expected;
};

constexpr const char* kList = "schema: {type: array, maxItems: 3, items: {type: integer}}}";
constexpr const char* kObject =
    "schema: {type: object, required: [x], additionalProperties: false, properties: {x: {type: "
    "integer}, y: {type: string}}}}";

TEST(Arguments, ReadsTheStylesOfTheQuery) {
  const StyleRow rows[] = {
      {"{name: p, in: query, ", "p=1&p=2", "p=[1,2]"},
      {"{name: p, in: query, ", "p=1", "p=[1]"},
      {"{name: p, in: query, ", "p=1&p=x", "query p/1:type"},
      {"{name: p, in: query, ", "p=1&p=2&p=3&p=4", "query p:maxItems"},
      {"{name: p, in: query, explode: false, ", "p=1,2", "p=[1,2]"},
      {"{name: p, in: query, explode: false, ", "p=1%2C2", "query p/0:type"},
      {"{name: p, in: query, explode: false, ", "p=1,2&p=3", "query p:repeated"},
      {"{name: p, in: query, explode: false, ", "p=1,,2", "query p/1:type"},
      {"{name: p, in: query, style: spaceDelimited, explode: false, ", "p=1%202", "p=[1,2]"},
      {"{name: p, in: query, style: spaceDelimited, explode: false, ", "p=1+2", "p=[1,2]"},
      {"{name: p, in: query, style: pipeDelimited, explode: false, ", "p=1|2", "p=[1,2]"},
      {"{name: p, in: query, style: pipeDelimited, explode: false, ", "p=1%7C2", "p=[1,2]"},
      {"{name: p, in: query, style: pipeDelimited, explode: true, ", "p=1&p=2", "p=[1,2]"},
  };
  for (const StyleRow& row : rows) {
    EXPECT_EQ(Request(std::string(row.parameter) + kList).read(std::string("/a?") + row.text),
              row.expected)
        << row.parameter << row.text;
  }
  const StyleRow objects[] = {
      {"{name: p, in: query, ", "x=1&y=b", R"(p={"x":1,"y":"b"})"},
      {"{name: p, in: query, ", "x=1&x=2", "query x:repeated"},
      {"{name: p, in: query, ", "x=1&z=2", "query z:undeclared"},
      {"{name: p, in: query, ", "y=1", "query p/x:required"},
      {"{name: p, in: query, explode: false, ", "p=x,1,y,b", R"(p={"x":1,"y":"b"})"},
      {"{name: p, in: query, explode: false, ", "p=x,1,y", "query p:style"},
      {"{name: p, in: query, explode: false, ", "p=x,1,x,2", "query p:style"},
      {"{name: p, in: query, explode: false, ", "p=x,a", "query p/x:type"},
      {"{name: p, in: query, style: deepObject, ", "p[x]=1&p[y]=b", R"(p={"x":1,"y":"b"})"},
      {"{name: p, in: query, style: deepObject, ", "p%5Bx%5D=1", R"(p={"x":1})"},
      {"{name: p, in: query, style: deepObject, ", "p[x]=1&p[x]=2", "query p[x]:repeated"},
      {"{name: p, in: query, style: deepObject, ", "p[x]=1&p[z]=2",
       "query p/z:additionalProperties"},
      {"{name: p, in: query, style: deepObject, ", "p[x]=1&p[x][y]=2", "query p[x][y]:undeclared"},
      {"{name: p, in: query, style: deepObject, ", "p=1", "query p:undeclared"},
  };
  for (const StyleRow& row : objects) {
    EXPECT_EQ(Request(std::string(row.parameter) + kObject).read(std::string("/a?") + row.text),
              row.expected)
        << row.parameter << row.text;
  }
}

TEST(Arguments, ReadsAPartAsATypeThatAllItsSchemasAllow) {
  const auto read = [](const std::string& schema, const std::string& query,
                       const std::string& more = "") {
    return Request("{name: p, in: query, " + more + "schema: " + schema + "}").read("/a?" + query);
  };
  EXPECT_EQ(read("{type: object, oneOf: [{properties: {v: {type: integer}}}, {properties: {v: "
                 "{type: string, minLength: 3}}}]}",
                 "p[v]=5", "style: deepObject, "),
            R"(p={"v":5})");
  EXPECT_EQ(read("{type: object, patternProperties: {'^x_': {type: string}}}", "p[x_a]=12",
                 "style: deepObject, "),
            R"(p={"x_a":"12"})");
  EXPECT_EQ(read("{type: array, anyOf: [{items: {type: string}}]}", "p=12"), R"(p=["12"])");
  EXPECT_EQ(read("{type: array, items: {oneOf: [{type: integer, maximum: 5}, {type: string, "
                 "pattern: '^[0-9]{3}$'}]}}",
                 "p=3&p=123"),
            R"(p=[3,"123"])");
  EXPECT_EQ(read("{pattern: '^[a-z]+$', maxLength: 3}", "p=123456"),
            "query p:maxLength query p:pattern");
  EXPECT_EQ(
      read("{type: object, allOf: [{properties: {a: {type: string}}}, {properties: {a: {}}}]}",
           "a=5"),
      R"(p={"a":"5"})");
  EXPECT_EQ(
      read("{type: object, properties: {a: {readOnly: true}}}", "p[a]=1", "style: deepObject, "),
      "query p/a:readOnly");
  EXPECT_EQ(read("{type: array, items: {type: integer}}", "p=", "allowEmptyValue: true, "), "p=");
}

TEST(Arguments, ReadsTheStylesOfThePath) {
  const StyleRow lists[] = {
      {"", "1,2", "p=[1,2]"},
      {"explode: true, ", "1,2", "p=[1,2]"},
      {"style: label, ", ".1,2", "p=[1,2]"},
      {"style: label, explode: true, ", ".1.2", "p=[1,2]"},
      {"style: label, ", "1,2", "path p:style"},
      {"style: matrix, ", ";p=1,2", "p=[1,2]"},
      {"style: matrix, explode: true, ", ";p=1;p=2", "p=[1,2]"},
      {"style: matrix, explode: true, ", ";p=1;q=2", "path p:style"},
      {"style: matrix, explode: true, ", ";p;p=1", "path p/0:type"},
      {"style: matrix, ", ";q=1", "path p:style"},
  };
  for (const StyleRow& row : lists) {
    Request request(std::string("{name: p, in: path, required: true, ") + row.parameter + kList,
                    "/a/{p}");
    EXPECT_EQ(request.read(std::string("/a/") + row.text), row.expected)
        << row.parameter << row.text;
  }
  const StyleRow objects[] = {
      {"", "x,1,y,b", R"(p={"x":1,"y":"b"})"},
      {"explode: true, ", "x=1,y=b", R"(p={"x":1,"y":"b"})"},
      {"style: label, ", ".x,1", R"(p={"x":1})"},
      {"style: label, explode: true, ", ".x=1.y=b", R"(p={"x":1,"y":"b"})"},
      {"style: matrix, ", ";p=x,1,y,b", R"(p={"x":1,"y":"b"})"},
      {"style: matrix, explode: true, ", ";x=1;y=b", R"(p={"x":1,"y":"b"})"},
      {"explode: true, ", "x", "path p:style"},
  };
  for (const StyleRow& row : objects) {
    Request request(std::string("{name: p, in: path, required: true, ") + row.parameter + kObject,
                    "/a/{p}");
    EXPECT_EQ(request.read(std::string("/a/") + row.text), row.expected)
        << row.parameter << row.text;
  }
  Request word("{name: p, in: path, required: true, style: matrix, schema: {type: string}}",
               "/a/{p}");
  EXPECT_EQ(word.read("/a/;p=b"), "p=\"b\"");
  EXPECT_EQ(*word.arguments().text(In::path, "p"), "b");
  for (const auto& [style, prefix] :
       {std::pair{"simple", ""}, std::pair{"label", "."}, std::pair{"matrix", ";p="}}) {
    Request either(std::string("{name: p, in: path, required: true, style: ") + style +
                       ", schema: {anyOf: [{type: integer, minimum: 10}, {type: string}]}}",
                   "/a/{p}");
    EXPECT_EQ(either.read(std::string("/a/") + prefix + "5"), R"(p="5")") << style;
    EXPECT_EQ(either.read(std::string("/a/") + prefix + "50"), "p=50") << style;
  }
  Request slash("{name: p, in: path, required: true, schema: {type: string}}", "/a/{p}");
  EXPECT_EQ(slash.read("/a/b%2Fc"), "p=b/c");
  EXPECT_EQ(slash.read("/a/b/c"), "no such path");
  EXPECT_EQ(slash.read("/a/"), "no such path");
  EXPECT_EQ(slash.read("/a/%FF"), "path p:encoding");
  EXPECT_EQ(slash.read("/a/b%00"), "path p:encoding");
}

// A text of one parameter that is an object has a bound of properties, too.
TEST(Arguments, BoundsThePropertiesOfAnObject) {
  const auto object_of = [](int properties) {
    std::string text;
    for (int i = 0; i < properties; ++i) text += (i == 0 ? "a" : ",a") + std::to_string(i) + ",1";
    return text;
  };
  Request request("{name: p, in: header, schema: {type: object, maxProperties: 1}}");
  EXPECT_EQ(request.read("/a", {{"p", object_of(500)}}), "header p:maxProperties");
  EXPECT_EQ(request.read("/a", {{"p", object_of(501)}}), "header p:style");
}

// Each style with as much as a request's line and headers may have, and schemas that judge each
// part twice. The bounds on their sum are those of a body, too: see worst_values.h.
TEST(Arguments, NoStyleTakesMoreThanTheStepsOfARequest) {
  constexpr size_t kHeaderBytes = 16'384;
  const auto many = [](std::string_view part) {
    std::string all;
    while (all.size() + part.size() <= kHeaderBytes) all += part;
    return all;
  };
  const std::string list =
      "schema: {type: array, items: {type: [number, string], multipleOf: 0.01, pattern: "
      "'^[a-z]*z$', "
      "anyOf: [{minimum: 5}, {format: hostname}]}}}";
  const std::string object =
      "schema: {type: object, additionalProperties: {type: [number, string], multipleOf: 0.01}, "
      "propertyNames: {pattern: '^[a-y]*$'}, patternProperties: {'z$': {type: integer}}}}";
  struct Row {
    std::string parameter;
    std::string query;
    std::string header;
  };
  const Row rows[] = {
      {"{name: p, in: query, " + list, many("p=1.5&"), ""},
      {"{name: p, in: query, " + list, many("p=xn----a&"), ""},
      {"{name: p, in: query, explode: false, " + list, "p=" + many("1.5,"), ""},
      {"{name: p, in: query, style: spaceDelimited, explode: false, " + list, "p=" + many("1+"),
       ""},
      {"{name: p, in: query, style: pipeDelimited, explode: false, " + list, "p=" + many("1|"), ""},
      {"{name: p, in: query, " + object, many("a=1&b=2&"), ""},
      {"{name: p, in: query, explode: false, " + object, "p=" + many("a,1,"), ""},
      {"{name: p, in: query, style: deepObject, explode: true, " + object, many("p[a]=1.5&"), ""},
      {"{name: p, in: query, allowReserved: true, schema: {type: string, pattern: '^a*b'}}",
       "p=" + many("%61"), ""},
      {"{name: p, in: query, content: {application/json: {schema: {type: array, uniqueItems: true, "
       "items: {multipleOf: 0.01}}}}}",
       "p=[1" + many(",1.5") + "]", ""},
      {"{name: p, in: header, " + list, "", many("1.5,")},
      {"{name: p, in: header, " + object, "", many("a,1,")},
      {"{name: p, in: header, explode: true, " + object, "", many("a=1,")},
      {"{name: p, in: cookie, explode: false, " + list, "", "p=" + many("1.5,")},
      {"{name: p, in: cookie, schema: {type: string, pattern: '^1'}}", "", many("p=1; ")},
  };
  for (const Row& row : rows) {
    Request request(row.parameter);
    const bool is_cookie = row.parameter.find("in: cookie") != std::string::npos;
    static_cast<void>(request.read("/a?" + row.query, {{is_cookie ? "cookie" : "p", row.header}}));
    const Steps& steps = request.arguments().steps();
    EXPECT_GT(steps.taken(), 0u) << row.parameter;
    EXPECT_FALSE(steps.exhausted()) << row.parameter;
    EXPECT_LT(steps.taken(), Steps::kMax * 3 / 4) << row.parameter;
  }
  for (const std::string style : {"simple", "label", "matrix"}) {
    for (const std::string explode : {"true", "false"}) {
      for (const std::string& schema : {list, object}) {
        Request request("{name: p, in: path, required: true, style: " + style +
                            ", explode: " + explode + ", " + schema,
                        "/{p}");
        const std::string front = style == "label" ? "." : style == "matrix" ? ";p=" : "";
        static_cast<void>(request.read('/' + front + many(explode == "true" ? "a=1," : "a,1,")));
        EXPECT_GT(request.arguments().steps().taken(), 0u) << style;
        EXPECT_LT(request.arguments().steps().taken(), Steps::kMax * 3 / 4) << style;
      }
    }
  }
}

}  // namespace
}  // namespace penstock::contract
