// Tests how arrays and objects are read from each part of a request, by the styles of OpenAPI.
#include <gtest/gtest.h>

#include "contract/openapi/arguments_testing.h"

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
      {"{name: p, in: query, explode: false, ", "p=1%2C2", "p=[1,2]"},
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

}  // namespace
}  // namespace penstock::contract
