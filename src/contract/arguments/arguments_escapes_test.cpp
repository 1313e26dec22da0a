// Tests that separators are found before the text is decoded, and what OpenAPI leaves open.
#include <gtest/gtest.h>

#include "contract/arguments/arguments_testing.h"

namespace penstock::contract {
namespace {

const std::string kTexts = "schema: {type: array, items: {type: string}}}";
const std::string kMap = "schema: {type: object, additionalProperties: {type: string}}}";

std::string read_query(const std::string& parameter, const std::string& query) {
  return Request("{name: p, in: query, " + parameter).read("/a?" + query);
}

std::string read_path(const std::string& parameter, const std::string& path) {
  return Request("{name: p, in: path, required: true, " + parameter, "/a/{p}").read("/a/" + path);
}

TEST(Arguments, CutsATextBeforeItDecodesIt) {
  EXPECT_EQ(read_query("explode: false, " + kTexts, "p=a,b%2Cc"), R"(p=["a","b,c"])");
  EXPECT_EQ(read_query("explode: false, " + kTexts, "p=a%2C,%26"), R"(p=["a,","&"])");
  EXPECT_EQ(read_query("explode: false, " + kTexts, "p=a+b,c"), R"(p=["a b","c"])");
  EXPECT_EQ(read_query("explode: false, allowReserved: true, " + kTexts, "p=a+b,c%2C"),
            R"(p=["a+b","c,"])");
  EXPECT_EQ(read_query("explode: false, " + kMap, "p=x%2C,1,y,2%2C3"), R"(p={"x,":"1","y":"2,3"})");
  EXPECT_EQ(read_path(kTexts, "a,b%2Cc"), R"(p=["a","b,c"])");
  EXPECT_EQ(read_path("style: label, explode: true, " + kTexts, ".a.b%2Ec"), R"(p=["a","b.c"])");
  EXPECT_EQ(read_path("style: label, " + kTexts, "%2Ea"), "path p:style");
  EXPECT_EQ(read_path("style: matrix, explode: true, " + kTexts, ";p=a;p=b%3Bp"),
            R"(p=["a","b;p"])");
  EXPECT_EQ(read_path("style: matrix, explode: true, " + kTexts, ";%70=a"), R"(p=["a"])");
  EXPECT_EQ(read_path("style: matrix, schema: {type: string}}", "%3Bp=a"), "path p:style");
  EXPECT_EQ(read_path("style: matrix, schema: {type: string}}", ";p=a%3Db"), R"(p="a=b")");
  EXPECT_EQ(read_path("explode: true, " + kMap, "x%3D=1,y=2%3D,z=a=b"),
            R"(p={"x=":"1","y":"2=","z":"a=b"})");
  EXPECT_EQ(Request("{name: p, in: cookie, explode: false, " + kTexts)
                .read("/a", {{"cookie", "p=a,b%2Cc"}}),
            R"(p=["a","b,c"])");
}

// A header has no percent encoding (RFC 9110; OpenAPI 3.1.2, appendix D).
TEST(Arguments, DecodesNoHeader) {
  Request list("{name: p, in: header, " + kTexts);
  EXPECT_EQ(list.read("/a", {{"p", "a, b%2Cc"}}), R"(p=["a","b%2Cc"])");
  Request word("{name: p, in: header, schema: {type: string}}");
  EXPECT_EQ(word.read("/a", {{"p", "100%"}}), "p=100%");
}

// A URI cannot have these separators as they are, so that their encoded forms separate, too.
TEST(Arguments, CutsAtEncodedBlanksAndPipes) {
  for (const char* text : {"p=a%7Cb", "p=a%7cb", "p=a|b"}) {
    EXPECT_EQ(read_query("style: pipeDelimited, explode: false, " + kTexts, text),
              R"(p=["a","b"])");
  }
  EXPECT_EQ(read_query("style: pipeDelimited, explode: false, " + kTexts, "p=a%2Cb%7Cc"),
            R"(p=["a,b","c"])");
  for (const char* text : {"p=a%20b", "p=a+b"}) {
    EXPECT_EQ(read_query("style: spaceDelimited, explode: false, " + kTexts, text),
              R"(p=["a","b"])");
  }
  EXPECT_EQ(read_query("style: spaceDelimited, explode: false, " + kMap, "p=x%201%20y%202"),
            R"(p={"x":"1","y":"2"})");
}

TEST(Arguments, CanCutAtEncodedSeparators) {
  const auto read = [](const std::string& parameter, const std::string& target,
                       const std::string& path = "/a") {
    return Request("{name: p, " + parameter, path, true, true).read(target);
  };
  EXPECT_EQ(read("in: query, explode: false, " + kTexts, "/a?p=a,b%2Cc"), R"(p=["a","b","c"])");
  EXPECT_EQ(read("in: query, " + kTexts, "/a?p=a%2Cb"), R"(p=["a,b"])");
  EXPECT_EQ(read("in: path, required: true, " + kTexts, "/a/b%2Cc", "/a/{p}"), R"(p=["b","c"])");
  EXPECT_EQ(read("in: path, required: true, style: matrix, " + kTexts, "/a/%3Bp=b", "/a/{p}"),
            R"(p=["b"])");
}

TEST(Arguments, ReadsAListThatMayBeNullAsAList) {
  for (const char* schema : {"{anyOf: [{type: array, items: {type: string}}, {type: 'null'}]}",
                             "{type: [array, 'null'], items: {type: string}}"}) {
    const std::string parameter = "{name: p, in: query, schema: " + std::string(schema) + "}";
    EXPECT_EQ(Request(parameter).remarks(), "");
    EXPECT_EQ(Request(parameter).read("/a?p=x&p=y"), R"(p=["x","y"])");
    EXPECT_EQ(Request(parameter).read("/a?p=null"), R"(p=["null"])");
    EXPECT_EQ(Request(parameter).read("/a"), "");
  }
  EXPECT_EQ(read_query("style: deepObject, schema: {type: [object, 'null'], properties: {x: {type: "
                       "integer}}}}",
                       "p[x]=1"),
            R"(p={"x":1})");
}

TEST(Arguments, ReadsAnUntypedParameterThatIsGivenTwiceAsAnArray) {
  EXPECT_EQ(read_query("schema: {}}", "p=1"), "p=1");
  EXPECT_EQ(read_query("schema: {}}", "p=1,2"), R"(p="1,2")");
  EXPECT_EQ(read_query("schema: {}}", "p=1&p=x"), R"(p=[1,"x"])");
  EXPECT_EQ(read_query("schema: {maxLength: 3}}", "p=1&p=x"), "query p:repeated");
  EXPECT_EQ(read_query("schema: {items: {type: integer}}}", "p=1"), "p=[1]");
  EXPECT_EQ(read_query("schema: {properties: {x: {type: integer}}}}", "x=1"), R"(p={"x":1})");
}

TEST(Arguments, TellsAScalarFromAList) {
  const std::string either =
      "schema: {oneOf: [{type: integer}, {type: array, minItems: 2, items: {type: integer}}]}}";
  EXPECT_EQ(Request("{name: p, in: query, " + either).remarks(), "parameter-union");
  EXPECT_EQ(read_query(either, "p=1"), "p=1");
  EXPECT_EQ(read_query(either, "p=1&p=2"), "p=[1,2]");
  EXPECT_EQ(read_query(either, "p=x"), "query p:minItems query p/0:type");
  EXPECT_EQ(read_query("explode: false, " + either, "p=1"), "p=1");
  EXPECT_EQ(read_query("explode: false, " + either, "p=1,2"), "p=[1,2]");
  EXPECT_EQ(read_path(either, "1"), "p=1");
  EXPECT_EQ(read_path(either, "1,2"), "p=[1,2]");
  EXPECT_EQ(read_path("style: matrix, explode: true, " + either, ";p=1;p=2"), "p=[1,2]");
  const std::string texts =
      "schema: {anyOf: [{type: string}, {type: array, items: {enum: [a, b]}}]}}";
  EXPECT_EQ(read_query("explode: false, " + texts, "p=a,b"), R"(p=["a","b"])");
  EXPECT_EQ(read_query("explode: false, " + texts, "p=a,c"), R"(p="a,c")");
}

TEST(Arguments, ReadsValuesInsideADeepObject) {
  const std::string filter =
      "style: deepObject, schema: {type: object, additionalProperties: false, properties: {tags: "
      "{type: array, items: {type: string}}, size: {type: object, properties: {from: {type: "
      "integer}}}, lines: {type: array, items: {type: object, properties: {n: {type: integer}}}}, "
      "when: {anyOf: [{type: integer}, {type: object, properties: {gt: {type: integer}}}]}}}}";
  EXPECT_EQ(Request("{name: p, in: query, " + filter).remarks(), "parameter-nested");
  for (const char* query : {"p[tags]=a&p[tags]=b", "p[tags][]=a&p[tags][]=b",
                            "p[tags][0]=a&p[tags][1]=b", "p%5Btags%5D%5B%5D=a&p[tags][]=b"}) {
    EXPECT_EQ(read_query(filter, query), R"(p={"tags":["a","b"]})") << query;
  }
  EXPECT_EQ(read_query(filter, "p[tags][]=a"), R"(p={"tags":["a"]})");
  EXPECT_EQ(read_query(filter, "p[size][from]=1"), R"(p={"size":{"from":1}})");
  EXPECT_EQ(read_query(filter, "p[size][from]=x"), "query p/size/from:type");
  EXPECT_EQ(read_query(filter, "p[lines][0][n]=1&p[lines][1][n]=2"),
            R"(p={"lines":[{"n":1},{"n":2}]})");
  EXPECT_EQ(read_query(filter, "p[when]=1"), R"(p={"when":1})");
  EXPECT_EQ(read_query(filter, "p[when][gt]=1"), R"(p={"when":{"gt":1}})");
  EXPECT_EQ(read_query(filter, "p[when]=1&p[when][gt]=1"), "query p[when][gt]:repeated");
  EXPECT_EQ(read_query(filter, "p[tags][1]=a"), "query p[tags][1]:style");
  EXPECT_EQ(read_query(filter, "p[tags][0]=a&p[tags][0]=b"), "query p[tags][0]:repeated");
  EXPECT_EQ(read_query(filter, "p[size]=1"), "query p/size:type");
  EXPECT_EQ(read_query(filter, "p[other][x]=1"), "query p[other][x]:undeclared");
  EXPECT_EQ(read_query(filter, "p[lines][][n]=1"), "query p[lines][][n]:undeclared");
  EXPECT_EQ(read_query(filter, "p[tags][18446744073709551615]=a"),
            "query p[tags][18446744073709551615]:style");
  EXPECT_EQ(read_query(filter, "p[tags=1"), "query p[tags:undeclared");
  EXPECT_EQ(read_query(filter, "p[a]b=1"), "query p[a]b:undeclared");
  EXPECT_EQ(read_query(filter, "p=1"), "query p:undeclared");
}

TEST(Arguments, BoundsTheLevelsOfADeepObject) {
  const std::string tree =
      "style: deepObject, schema: {$defs: {t: {type: object, properties: {v: {type: integer}, t: "
      "{$ref: '#/paths/~1a/get/parameters/0/schema/$defs/t'}}}}, $ref: "
      "'#/paths/~1a/get/parameters/0/schema/$defs/t'}}";
  EXPECT_EQ(read_query(tree, "p[t][t][t][t][v]=1"), R"(p={"t":{"t":{"t":{"t":{"v":1}}}}})");
  EXPECT_EQ(read_query(tree, "p[t][t][t][t][t][v]=1"), "query p[t][t][t][t][t][v]:undeclared");
}

// Stripe's document has lists and scalars in this style, which OpenAPI only defines for objects.
TEST(Arguments, ReadsListsAndScalarsInStyleDeepObject) {
  const std::string list = "style: deepObject, " + kTexts;
  EXPECT_EQ(Request("{name: p, in: query, " + list).remarks(), "parameter-style-undefined");
  for (const char* query : {"p[]=a&p[]=b", "p[0]=a&p[1]=b", "p=a&p=b"}) {
    EXPECT_EQ(read_query(list, query), R"(p=["a","b"])");
  }
  const std::string either =
      "style: deepObject, schema: {anyOf: [{type: object, properties: {gt: {type: integer}}}, "
      "{type: integer}]}}";
  EXPECT_EQ(read_query(either, "p=5"), "p=5");
  EXPECT_EQ(read_query(either, "p[gt]=5"), R"(p={"gt":5})");
  EXPECT_EQ(read_query(either, "p[gt]=5&p=5"), "query p:repeated");
  EXPECT_EQ(read_query(either, "p=5&p[gt]=5"), "query p[gt]:repeated");
  EXPECT_EQ(read_query("style: deepObject, schema: {type: integer}}", "p=5"), "p=5");
  EXPECT_EQ(read_query("style: deepObject, explode: false, " + kMap, "p[x]=5"), R"(p={"x":"5"})");
}

TEST(Arguments, ReadsAnArrayInAnObjectThatIsSpread) {
  const std::string page =
      "schema: {type: object, properties: {size: {type: integer}, sort: {type: array, items: "
      "{type: string}}}}}";
  EXPECT_EQ(Request("{name: p, in: query, " + page).remarks(), "parameter-nested");
  EXPECT_EQ(read_query(page, "size=1&sort=a&sort=b"), R"(p={"size":1,"sort":["a","b"]})");
  EXPECT_EQ(read_query(page, "sort=a"), R"(p={"sort":["a"]})");
  const std::string lists =
      "schema: {type: object, additionalProperties: {type: array, items: {type: integer}}}}";
  EXPECT_EQ(Request("{name: p, in: query, " + lists).remarks(), "parameter-nested");
  EXPECT_EQ(read_query(lists, "x=1&y=2&x=3"), R"(p={"x":[1,3],"y":[2]})");
  EXPECT_EQ(read_query(lists, "x=a"), "query p/x/0:type");
}

TEST(Arguments, ReadsListsInSeveralCookies) {
  Request list("{name: p, in: cookie, " + kTexts);
  EXPECT_EQ(list.remarks(), "parameter-style-undefined");
  EXPECT_EQ(list.read("/a", {{"cookie", "p=a; q=1; p=b%20c"}}), R"(p=["a","b c"])");
  Request object("{name: p, in: cookie, schema: {type: object, properties: {x: {type: integer}}}}");
  EXPECT_EQ(object.read("/a", {{"cookie", "x=1; y=2"}}), R"(p={"x":1})");
}

TEST(Arguments, ServesNoOperationWhoseParameterNoStyleCanWrite) {
  const char* const rows[] = {
      "{name: p, in: query, schema: {type: array, items: {type: array}}}",
      "{name: p, in: query, schema: {type: array, items: {type: object}}}",
      "{name: p, in: query, schema: {type: object, additionalProperties: {type: object}}}",
      "{name: p, in: query, explode: false, schema: {type: object, properties: {a: {type: "
      "array}}}}",
      "{name: p, in: header, schema: {type: object, properties: {a: {type: array}}}}",
      "{name: p, in: query, schema: {type: [array, object]}}",
      "{name: p, in: query, content: {application/xml: {schema: {}}}}",
      "{name: p, in: query, content: {text/xml: {schema: {type: string}}}}",
      "{name: p, in: query, content: {text/csv: {schema: {type: array}}}}",
  };
  for (const char* row : rows) {
    Request request(row);
    EXPECT_NE(request.operation().not_served, "") << row;
    EXPECT_EQ(request.remarks(), "parameter-unreadable") << row;
  }
  for (const char* row :
       {"{name: p, in: query, schema: {type: object, properties: {b: {}}}}, {name: b, in: query, "
        "schema: {}}",
        "{name: p, in: query, schema: {type: object}}, {name: q, in: query, schema: {type: "
        "object}}"}) {
    Request request(row);
    EXPECT_NE(request.operation().not_served, "") << row;
    EXPECT_EQ(request.remarks(), "parameter-name-shared") << row;
  }
  // What can be told apart is read.
  Request two(
      "{name: p, in: query, schema: {type: object, properties: {x: {type: integer}}}}, {name: q, "
      "in: query, schema: {type: object, properties: {y: {type: integer}}}}");
  EXPECT_EQ(two.operation().not_served, "");
  EXPECT_EQ(two.read("/a?x=1&y=2"), R"(p={"x":1} q={"y":2})");
  EXPECT_EQ(two.read("/a?z=1"), "query z:undeclared");
}

TEST(Arguments, IgnoresADefaultThatDoesNotMatchItsSchema) {
  Request request("{name: p, in: query, schema: {type: integer, default: x}}");
  EXPECT_EQ(request.remarks(), "default-invalid");
  EXPECT_EQ(request.read("/a"), "");
}

TEST(Arguments, ReadsTheContentOfAParameter) {
  Request text(
      "{name: p, in: query, content: {text/plain: {schema: {type: string, maxLength: 3}}}}");
  EXPECT_EQ(text.read("/a?p=a%2C"), "p=a,");
  EXPECT_EQ(text.read("/a?p=abcd"), "query p:maxLength");
  Request any("{name: p, in: query, content: {'*/*': {schema: {type: integer}}}}");
  EXPECT_EQ(any.read("/a?p=5"), "p=5");
  Request utf8("{name: p, in: query, content: {application/json; charset=utf-8: {schema: {}}}}");
  EXPECT_EQ(utf8.read("/a?p=%5B1%5D"), "p=[1]");
  Request json(
      "{name: p, in: query, style: deepObject, content: {application/json: {schema: {}}}}");
  EXPECT_EQ(json.remarks(), "no-effect");
  EXPECT_EQ(json.read("/a?p=%5B1%5D"), "p=[1]");
}

TEST(Arguments, SeparatesPathParametersByWhatTheirSchemasSay) {
  const auto parameter = [](const std::string& name, const std::string& schema) {
    return "{name: " + name + ", in: path, required: true, schema: {" + schema + "}}";
  };
  const std::string year = parameter("y", "type: string, pattern: '^[0-9]{4}$'");
  const std::string month = parameter("m", "type: string, minLength: 2, maxLength: 2");
  const std::string word = parameter("w", "type: string");
  const std::string format = parameter("f", "type: string, enum: [.json, .xml]");
  Request date(year + ", " + month, "/a/{y}{m}");
  EXPECT_EQ(date.read("/a/202611"), "y=2026 m=11");
  EXPECT_EQ(date.read("/a/2026%31%31"), "y=2026 m=11");
  EXPECT_EQ(date.read("/a/2026%C3%A4b"), "y=2026 m=äb");
  EXPECT_EQ(date.read("/a/20261"), "no such path");
  EXPECT_EQ(date.read("/a/2026111"), "no such path");
  Request file(word + ", " + format, "/a/{w}{f}");
  EXPECT_EQ(file.read("/a/b.c.json"), "w=b.c f=.json");
  EXPECT_EQ(file.read("/a/b%2Exml"), "w=b f=.xml");
  EXPECT_EQ(file.read("/a/.json"), "no such path");
  EXPECT_EQ(file.read("/a/b.txt"), "no such path");
  Request three(year + ", " + word + ", " + format, "/a/v{y}{w}{f}");
  EXPECT_EQ(three.read("/a/v2026x.xml"), "y=2026 w=x f=.xml");
  try {
    Request both(word + ", " + parameter("x", "type: string"), "/a/{w}{x}");
    FAIL();
  } catch (const std::runtime_error& refused) {
    EXPECT_NE(std::string(refused.what()).find("nothing shows where '{w}' ends"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace penstock::contract
