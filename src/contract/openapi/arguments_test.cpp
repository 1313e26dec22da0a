#include "contract/openapi/arguments.h"

#include <gtest/gtest.h>

#include "json/writer.h"

namespace penstock::contract {
namespace {

// An operation whose parameters are given as YAML, and a request for it.
class Request {
 public:
  explicit Request(const std::string& parameters, const std::string& path = "/a", bool strict = true)
      : contract_(parse(parameters, path, strict)) {}

  // The violations as "in name:keyword …", or the values as "name=JSON …" where there are none.
  std::string read(std::string_view target, std::vector<std::pair<std::string, std::string>> headers = {}) {
    PathValues values;
    const size_t mark = target.find('?');
    const Match match = contract_.match("GET", target.substr(0, mark), values);
    if (match.operation == nullptr) return "no such path";
    const Operation& operation = *match.operation;
    arguments_.reset(operation);
    Violations violations;
    arguments_.read_path(values, violations);
    arguments_.read_query(mark == std::string_view::npos ? "" : target.substr(mark + 1), violations);
    arguments_.read_headers(
        [&](std::string_view name, std::string_view separator, std::string& out) {
          size_t lines = 0;
          out.clear();
          for (const auto& [key, value] : headers) {
            if (!equal_ignoring_case(key, name)) continue;
            if (lines++ > 0) out += separator;
            out += value;
          }
          return lines;
        },
        violations);
    std::string text;
    for (const Violation& violation : violations) {
      text += text.empty() ? "" : " ";
      text += std::string(violation.in) + ' ' + violation.where + ':' + std::string(violation.keyword);
    }
    if (!violations.empty()) return text;
    for (const Parameter& parameter : operation.parameters) {
      const std::string* as_text = arguments_.text(parameter.in, parameter.name);
      const boost::json::value* value = arguments_.value(parameter.in, parameter.name);
      if (as_text == nullptr && value == nullptr) continue;
      text += (text.empty() ? "" : " ") + parameter.name + '=' +
              (value != nullptr ? json::to_text(*value) : *as_text);
    }
    return text;
  }

  [[nodiscard]] const Arguments& arguments() const { return arguments_; }

 private:
  static Contract parse(const std::string& parameters, const std::string& path, bool strict) {
    const std::string document =
        "openapi: 3.1.0\nx-penstock-strict: " + std::string(strict ? "true" : "false") + "\npaths: {'" +
        path + "': {get: {operationId: o, responses: {'200': {description: d}}, parameters: [" + parameters +
        "]}}}";
    auto contract = Contract::parse(document, "t.yaml");
    if (!contract) throw std::runtime_error(contract.error().message);
    return std::move(*contract);
  }

  Contract contract_;
  Arguments arguments_;
};

constexpr const char* kScalars =
    "{name: name, in: query, required: true, schema: {type: string, minLength: 1, maxLength: 3}},"
    "{name: count, in: query, schema: {type: integer, minimum: 1, maximum: 9}},"
    "{name: flag, in: query, schema: {type: boolean}},"
    "{name: colour, in: query, schema: {type: string, enum: [red, '1']}}";

TEST(Arguments, decodes_names_and_values) {
  Request request(kScalars);
  EXPECT_EQ(request.read("/a?name=a%62c"), "name=abc");
  EXPECT_EQ(request.read("/a?n%61me=a+b"), "name=a b");
  EXPECT_EQ(request.read("/a?name=a=b"), "name=a=b");
  EXPECT_EQ(request.read("/a?&name=a&"), "name=a");
  EXPECT_EQ(request.read("/a?name=%C3%BC"), "name=\xc3\xbc");
}

TEST(Arguments, a_view_ends_where_it_ends) {
  Request request(kScalars);
  EXPECT_EQ(request.read(std::string_view("/a?name=abcdefgh").substr(0, 11)), "name=abc");
}

TEST(Arguments, every_violation_is_named) {
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

TEST(Arguments, numbers_and_booleans_are_read_from_text) {
  Request request(kScalars);
  EXPECT_EQ(request.read("/a?name=a&count=5&flag=true&colour=red"), "name=a count=5 flag=true colour=red");
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

TEST(Arguments, a_text_is_read_as_whatever_the_schema_allows) {
  Request request(
      "{name: v, in: query, schema: {enum: [1, one, true]}}, {name: w, in: query, schema: {anyOf: [{type: "
      "integer, maximum: 9}, {type: string, minLength: 2}]}}");
  EXPECT_EQ(request.read("/a?v=1"), "v=1");
  EXPECT_EQ(request.read("/a?v=one"), "v=\"one\"");
  EXPECT_EQ(request.read("/a?v=true"), "v=true");
  EXPECT_EQ(request.read("/a?v=2"), "query v:enum");
  EXPECT_EQ(request.read("/a?w=9"), "w=9");
  EXPECT_EQ(request.read("/a?w=10"), "w=\"10\"");
  EXPECT_EQ(request.read("/a?w=x"), "query w:minLength");
}

TEST(Arguments, a_default_stands_in_for_what_was_left_out) {
  Request request(
      "{name: n, in: query, schema: {type: integer, default: 20}}, {name: s, in: query, schema: {type: "
      "string, default: x}}");
  EXPECT_EQ(request.read("/a"), "n=20 s=x");
  EXPECT_FALSE(request.arguments().given(In::query, "n"));
  EXPECT_EQ(*request.arguments().text(In::query, "n"), "20");
  EXPECT_EQ(request.read("/a?n=3&s="), "n=3 s=");
  EXPECT_TRUE(request.arguments().given(In::query, "n"));
}

TEST(Arguments, an_empty_value_is_one_where_that_is_allowed) {
  Request request(
      "{name: n, in: query, allowEmptyValue: true, schema: {type: integer}}, {name: m, in: query, schema: "
      "{type: integer}}");
  EXPECT_EQ(request.read("/a?n="), "n=");
  EXPECT_EQ(request.read("/a?n"), "n=");
  EXPECT_EQ(request.read("/a?m="), "query m:type");
}

struct StyleRow {
  const char* parameter;
  const char* text;
  const char* expected;
};

constexpr const char* kList = "schema: {type: array, maxItems: 3, items: {type: integer}}}";
constexpr const char* kObject =
    "schema: {type: object, required: [x], additionalProperties: false, properties: {x: {type: integer}, y: "
    "{type: string}}}}";

TEST(Arguments, styles_of_the_query) {
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
    EXPECT_EQ(Request(std::string(row.parameter) + kList).read(std::string("/a?") + row.text), row.expected)
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
      {"{name: p, in: query, style: deepObject, ", "p[x]=1&p[z]=2", "query p/z:additionalProperties"},
      {"{name: p, in: query, style: deepObject, ", "p[x]=1&p[x][y]=2", "query p[x][y]:undeclared"},
      {"{name: p, in: query, style: deepObject, ", "p=1", "query p:undeclared"},
  };
  for (const StyleRow& row : objects) {
    EXPECT_EQ(Request(std::string(row.parameter) + kObject).read(std::string("/a?") + row.text), row.expected)
        << row.parameter << row.text;
  }
}

TEST(Arguments, a_plus_is_itself_where_reserved_characters_are_allowed) {
  Request request(
      "{name: a, in: query, allowReserved: true, schema: {type: string}}, {name: b, in: query, schema: "
      "{type: string}}");
  EXPECT_EQ(request.read("/a?a=x+y&b=x+y"), "a=x+y b=x y");
}

TEST(Arguments, what_an_element_can_be_is_for_all_that_describe_it_to_say) {
  const auto read = [](const std::string& schema, const std::string& query, const std::string& more = "") {
    return Request("{name: p, in: query, " + more + "schema: " + schema + "}").read("/a?" + query);
  };
  EXPECT_EQ(read("{type: object, oneOf: [{properties: {v: {type: integer}}}, {properties: {v: {type: string, "
                 "minLength: 3}}}]}",
                 "p[v]=5", "style: deepObject, "),
            R"(p={"v":5})");
  EXPECT_EQ(
      read("{type: object, patternProperties: {'^x_': {type: string}}}", "p[x_a]=12", "style: deepObject, "),
      R"(p={"x_a":"12"})");
  EXPECT_EQ(read("{type: array, anyOf: [{items: {type: string}}]}", "p=12"), R"(p=["12"])");
  EXPECT_EQ(read("{type: array, items: {oneOf: [{type: integer, maximum: 5}, {type: string, pattern: "
                 "'^[0-9]{3}$'}]}}",
                 "p=3&p=123"),
            R"(p=[3,"123"])");
  EXPECT_EQ(read("{pattern: '^[a-z]+$', maxLength: 3}", "p=123456"), "query p:maxLength query p:pattern");
  EXPECT_EQ(read("{type: object, allOf: [{properties: {a: {type: string}}}, {properties: {a: {}}}]}", "a=5"),
            R"(p={"a":"5"})");
  EXPECT_EQ(read("{type: object, properties: {a: {readOnly: true}}}", "p[a]=1", "style: deepObject, "),
            "query p/a:readOnly");
  EXPECT_EQ(read("{type: array, items: {type: integer}}", "p=", "allowEmptyValue: true, "), "p=");
}

TEST(Arguments, styles_of_the_path) {
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
    Request request(std::string("{name: p, in: path, required: true, ") + row.parameter + kList, "/a/{p}");
    EXPECT_EQ(request.read(std::string("/a/") + row.text), row.expected) << row.parameter << row.text;
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
    Request request(std::string("{name: p, in: path, required: true, ") + row.parameter + kObject, "/a/{p}");
    EXPECT_EQ(request.read(std::string("/a/") + row.text), row.expected) << row.parameter << row.text;
  }
  Request word("{name: p, in: path, required: true, style: matrix, schema: {type: string}}", "/a/{p}");
  EXPECT_EQ(word.read("/a/;p=b"), "p=\"b\"");
  EXPECT_EQ(*word.arguments().text(In::path, "p"), "b");
  Request slash("{name: p, in: path, required: true, schema: {type: string}}", "/a/{p}");
  EXPECT_EQ(slash.read("/a/b%2Fc"), "p=b/c");
  EXPECT_EQ(slash.read("/a/b/c"), "no such path");
  EXPECT_EQ(slash.read("/a/"), "no such path");
  EXPECT_EQ(slash.read("/a/%FF"), "path p:encoding");
  EXPECT_EQ(slash.read("/a/b%00"), "path p:encoding");
}

TEST(Arguments, headers_and_cookies) {
  Request request(
      "{name: X-List, in: header, schema: {type: array, items: {type: integer}}}, {name: X-Word, in: header, "
      "required: true, schema: {type: string}},"
      "{name: session, in: cookie, schema: {type: string, maxLength: 4}}, {name: point, in: cookie, explode: "
      "false, schema: {type: object}},"
      "{name: X-Json, in: header, content: {application/json: {schema: {type: object}}}}");
  EXPECT_EQ(request.read("/a"), "header X-Word:required");
  EXPECT_EQ(request.read("/a", {{"x-word", "b"}, {"X-LIST", "1, ,2"}, {"X-List", "3"}}),
            "X-List=[1,2,3] X-Word=b");
  EXPECT_EQ(request.read("/a", {{"x-word", "b"}, {"x-word", "c"}}), "header X-Word:repeated");
  EXPECT_EQ(request.read("/a", {{"x-word", "\xff"}}), "header X-Word:encoding");
  EXPECT_EQ(request.read("/a", {{"x-word", "%41"}}), "X-Word=%41");  // Headers are not percent-encoded.
  EXPECT_EQ(request.read("/a", {{"x-word", "b"}, {"cookie", "other=%zz; session=a%62; point=x,1"}}),
            R"(X-Word=b session=ab point={"x":1})");
  EXPECT_EQ(request.read("/a", {{"x-word", "b"}, {"cookie", "session=abcde"}}), "cookie session:maxLength");
  EXPECT_EQ(request.read("/a", {{"x-word", "b"}, {"cookie", "session=a; session=b"}}),
            "cookie session:repeated");
  EXPECT_EQ(request.read("/a", {{"x-word", "b"}, {"cookie", "session=%zz"}}), "cookie session:encoding");
  EXPECT_EQ(request.read("/a", {{"x-word", "b"}, {"x-json", R"({"a":[1]})"}}),
            R"(X-Word=b X-Json={"a":[1]})");
  EXPECT_EQ(request.read("/a", {{"x-word", "b"}, {"x-json", R"({"a":)"}}), "header X-Json:content");
}

TEST(Arguments, what_is_not_declared_is_let_through_where_the_document_says_so) {
  EXPECT_EQ(Request(kScalars, "/a", false).read("/a?name=a&x=1"), "name=a");
}

TEST(Arguments, a_flood_of_parameters_is_bounded) {
  std::string query = "/a?";
  for (int i = 0; i < 1000; ++i) query += "x" + std::to_string(i) + "=1&";
  const std::string answer = Request(kScalars).read(query);
  EXPECT_LE(std::count(answer.begin(), answer.end(), ':'), static_cast<std::ptrdiff_t>(kViolationsMax));
  std::string many = "/a?";
  for (int i = 0; i < 1000; ++i) many += "p=1&";
  Request list("{name: p, in: query, schema: {type: array, items: {type: integer}}}");
  EXPECT_EQ(list.read(many), "query :undeclared");
}

TEST(Arguments, asking_for_an_undeclared_parameter_is_a_bug) {
  Request request(kScalars);
  EXPECT_EQ(request.read("/a?name=a"), "name=a");
  EXPECT_THROW((void)request.arguments().text(In::query, "nam"), std::logic_error);
  EXPECT_THROW((void)request.arguments().text(In::header, "name"), std::logic_error);
}

TEST(Arguments, are_used_again_for_another_operation) {
  Request wide(
      "{name: p, in: query, schema: {type: array, items: {type: string}}}, {name: q, in: query, schema: "
      "{type: integer}}");
  EXPECT_EQ(wide.read("/a?p=abcdefghijklmnopqrstuvwxyz&p=b&q=1"),
            R"(p=["abcdefghijklmnopqrstuvwxyz","b"] q=1)");
  EXPECT_EQ(wide.read("/a"), "");
  EXPECT_EQ(wide.read("/a?q=2"), "q=2");
}

}  // namespace
}  // namespace penstock::contract
