#include "contract/arguments/arguments.h"

#include <gtest/gtest.h>

#include "contract/arguments/arguments_testing.h"

namespace penstock::contract {
namespace {

constexpr const char* kScalars =
    "{name: name, in: query, required: true, schema: {type: string, minLength: 1, maxLength: 3}},"
    "{name: count, in: query, schema: {type: integer, minimum: 1, maximum: 9}},"
    "{name: flag, in: query, schema: {type: boolean}},"
    "{name: colour, in: query, schema: {type: string, enum: [red, '1']}}";

TEST(Arguments, DecodesNamesAndValues) {
  Request request(kScalars);
  EXPECT_EQ(request.read("/a?name=a%62c"), "name=abc");
  EXPECT_EQ(request.read("/a?n%61me=a+b"), "name=a b");
  EXPECT_EQ(request.read("/a?name=a=b"), "name=a=b");
  EXPECT_EQ(request.read("/a?&name=a&"), "name=a");
  EXPECT_EQ(request.read("/a?name=%C3%BC"), "name=\xc3\xbc");
}

TEST(Arguments, DoesNotReadBeyondTheEndOfAView) {
  Request request(kScalars);
  EXPECT_EQ(request.read(std::string_view("/a?name=abcdefgh").substr(0, 11)), "name=abc");
}

TEST(Arguments, ReportsEveryViolation) {
  Request request(kScalars);
  EXPECT_EQ(request.read("/a"), "query name:required");
  EXPECT_EQ(request.read("/a?name="), "query name:minLength");
  EXPECT_EQ(request.read("/a?name"), "query name:minLength");
  EXPECT_EQ(request.read("/a?name=abcd"), "query name:maxLength");
  EXPECT_EQ(request.read("/a?name=%C3%BC%C3%BC%C3%BC"),
            "name=\xc3\xbc\xc3\xbc\xc3\xbc");  // Three code points.
  EXPECT_EQ(request.read("/a?name=a&name=a"), "query name:repeated");
  EXPECT_EQ(request.read("/a?name=a&x=1&NAME=b"), "query x:undeclared query NAME:undeclared");
  EXPECT_EQ(request.read("/a?name=%ff"), "query name:encoding");
  EXPECT_EQ(request.read("/a?name=a%00"), "query name:encoding");
  EXPECT_EQ(request.read("/a?name=a&%ff=a"), "query \xff:encoding");
  EXPECT_EQ(request.read("/a?name=%C0%AF"), "query name:encoding");  // Overlong.
  EXPECT_EQ(request.read("/a?name=%zz"), "query :encoding");
  EXPECT_EQ(request.read("/a?name=%"), "query :encoding");
}

TEST(Arguments, ReadsNumbersAndBooleansFromText) {
  Request request(kScalars);
  EXPECT_EQ(request.read("/a?name=a&count=5&flag=true&colour=red"),
            "name=a count=5 flag=true colour=red");
  EXPECT_EQ(request.read("/a?name=a&count=5.0"), "name=a count=5");
  EXPECT_EQ(request.read("/a?name=a&count=5e0"), "name=a count=5");
  EXPECT_EQ(request.read("/a?name=a&count=5.5"), "query count:type");
  EXPECT_EQ(request.read("/a?name=a&count=0"), "query count:minimum");
  EXPECT_EQ(request.read("/a?name=a&count=10"), "query count:maximum");
  for (const char* text :
       {"x", "", "+5", "05", "5.", ".5", "%205", "1e400", "1e99999999999", "0x5", "NaN", "5%00"}) {
    const std::string answer = request.read(std::string("/a?name=a&count=") + text);
    EXPECT_TRUE(answer == "query count:type" || answer == "query count:encoding") << text << answer;
  }
  EXPECT_EQ(request.read("/a?name=a&flag=1"), "query flag:type");
  EXPECT_EQ(request.read("/a?name=a&colour=blue"), "query colour:enum");
  EXPECT_EQ(request.read("/a?name=a&colour=1"), "name=a colour=1");
}

TEST(Arguments, ReadsATextAsATypeThatTheSchemaAllows) {
  Request request(
      "{name: v, in: query, schema: {enum: [1, one, true]}}, {name: w, in: query, schema: {anyOf: "
      "[{type: integer, maximum: 9}, {type: string, minLength: 2}]}}");
  EXPECT_EQ(request.read("/a?v=1"), "v=1");
  EXPECT_EQ(request.read("/a?v=one"), "v=\"one\"");
  EXPECT_EQ(request.read("/a?v=true"), "v=true");
  EXPECT_EQ(request.read("/a?v=2"), "query v:enum");
  EXPECT_EQ(request.read("/a?w=9"), "w=9");
  EXPECT_EQ(request.read("/a?w=10"), "w=\"10\"");
  EXPECT_EQ(request.read("/a?w=x"), "query w:minLength");
}

TEST(Arguments, SetsDefaultsOfMissingParameters) {
  Request request(
      "{name: n, in: query, schema: {type: integer, default: 20}}, {name: s, in: query, schema: "
      "{type: string, default: x}}");
  EXPECT_EQ(request.read("/a"), "n=20 s=x");
  EXPECT_FALSE(request.arguments().given(In::query, "n"));
  EXPECT_EQ(*request.arguments().text(In::query, "n"), "20");
  EXPECT_EQ(request.read("/a?n=3&s="), "n=3 s=");
  EXPECT_TRUE(request.arguments().given(In::query, "n"));
}

TEST(Arguments, AcceptsAnEmptyValueWhereItIsAllowed) {
  Request request(
      "{name: n, in: query, allowEmptyValue: true, schema: {type: integer}}, {name: m, in: query, "
      "schema: {type: integer}}");
  EXPECT_EQ(request.read("/a?n="), "n=");
  EXPECT_EQ(request.read("/a?n"), "n=");
  EXPECT_EQ(request.read("/a?m="), "query m:type");
}

TEST(Arguments, KeepsAPlusWhereReservedCharactersAreAllowed) {
  Request request(
      "{name: a, in: query, allowReserved: true, schema: {type: string}}, {name: b, in: query, "
      "schema: {type: string}}");
  EXPECT_EQ(request.read("/a?a=x+y&b=x+y"), "a=x+y b=x y");
}

TEST(Arguments, ReadsHeadersAndCookies) {
  Request request(
      "{name: X-List, in: header, schema: {type: array, items: {type: integer}}}, {name: X-Word, "
      "in: header, required: true, schema: {type: string}},"
      "{name: session, in: cookie, schema: {type: string, maxLength: 4}}, {name: point, in: "
      "cookie, explode: false, schema: {type: object}},"
      "{name: X-Json, in: header, content: {application/json: {schema: {type: object}}}}");
  EXPECT_EQ(request.read("/a"), "header X-Word:required");
  EXPECT_EQ(request.read("/a", {{"x-word", "b"}, {"X-LIST", "1, ,2"}, {"X-List", "3"}}),
            "X-List=[1,2,3] X-Word=b");
  EXPECT_EQ(request.read("/a", {{"x-word", "b"}, {"x-word", "c"}}), "header X-Word:repeated");
  EXPECT_EQ(request.read("/a", {{"x-word", "\xff"}}), "header X-Word:encoding");
  EXPECT_EQ(request.read("/a", {{"x-word", "%41"}}),
            "X-Word=%41");  // Headers are not percent-encoded.
  EXPECT_EQ(request.read("/a", {{"x-word", "b"}, {"cookie", "other=%zz; session=a%62; point=x,1"}}),
            R"(X-Word=b session=ab point={"x":1})");
  EXPECT_EQ(request.read("/a", {{"x-word", "b"}, {"cookie", "session=abcde"}}),
            "cookie session:maxLength");
  EXPECT_EQ(request.read("/a", {{"x-word", "b"}, {"cookie", "session=a; session=b"}}),
            "cookie session:repeated");
  EXPECT_EQ(request.read("/a", {{"x-word", "b"}, {"cookie", "session=%zz"}}),
            "cookie session:encoding");
  EXPECT_EQ(request.read("/a", {{"x-word", "b"}, {"x-json", R"({"a":[1]})"}}),
            R"(X-Word=b X-Json={"a":[1]})");
  EXPECT_EQ(request.read("/a", {{"x-word", "b"}, {"x-json", R"({"a":)"}}), "header X-Json:content");
}

TEST(Arguments, IgnoresUndeclaredParametersIfNotStrict) {
  EXPECT_EQ(Request(kScalars, "/a", false).read("/a?name=a&x=1"), "name=a");
}

TEST(Arguments, BoundsTheNumberOfParameters) {
  std::string query = "/a?";
  for (int i = 0; i < 1000; ++i) query += "x" + std::to_string(i) + "=1&";
  const std::string answer = Request(kScalars).read(query);
  EXPECT_LE(std::count(answer.begin(), answer.end(), ':'),
            static_cast<std::ptrdiff_t>(kViolationsMax));
  std::string many = "/a?";
  for (int i = 0; i < 1000; ++i) many += "p=1&";
  Request list("{name: p, in: query, schema: {type: array, items: {type: integer}}}");
  EXPECT_EQ(list.read(many), "query :undeclared");
}

TEST(Arguments, ThrowsForAnUndeclaredParameter) {
  Request request(kScalars);
  EXPECT_EQ(request.read("/a?name=a"), "name=a");
  EXPECT_THROW((void)request.arguments().text(In::query, "nam"), std::logic_error);
  EXPECT_THROW((void)request.arguments().text(In::header, "name"), std::logic_error);
}

TEST(Arguments, ServesOneRequestAfterTheOther) {
  Request wide(
      "{name: p, in: query, schema: {type: array, items: {type: string}}}, {name: q, in: query, "
      "schema: {type: integer}}");
  EXPECT_EQ(wide.read("/a?p=abcdefghijklmnopqrstuvwxyz&p=b&q=1"),
            R"(p=["abcdefghijklmnopqrstuvwxyz","b"] q=1)");
  EXPECT_EQ(wide.read("/a"), "");
  EXPECT_EQ(wide.read("/a?q=2"), "q=2");
}

// Whoever authenticates reads the key, so that it is no parameter that nobody has declared.
TEST(Arguments, AKeyOfASecuritySchemeInTheQueryIsNoUndeclaredParameter) {
  const Contract contract =
      Contract::parse(
          "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/p: {get: {operationId: o, "
          "security: [{key: []}, {}], responses: {'200': {description: d}}}}}\n"
          "components: {securitySchemes: {key: {type: apiKey, in: query, name: api_key}}}\n",
          "t.yaml")
          .value();
  Arguments arguments(contract.paths()[0].operations[0]);
  Violations violations;
  arguments.read_query("api_key=SECRET", violations);
  EXPECT_TRUE(violations.empty());
  arguments.read_query("api_kez=SECRET", violations);
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].keyword, "undeclared");
}

}  // namespace
}  // namespace penstock::contract
