// What write_parameter() writes, a request reads as the same value.
#include "contract/parameters/parameter_writer.h"

#include <gtest/gtest.h>

#include <random>

#include "contract/arguments/arguments_testing.h"
#include "json/equality.h"

namespace penstock::contract {
namespace {

struct Case {
  const char* in;
  const char* style;
  const char* more;  // `explode`, or what else a parameter says.
  std::string schema;
};

// Makes values of some schemas. Every seed gives the same values.
class Values {
 public:
  explicit Values(unsigned seed) : random_(seed) {}

  size_t below(size_t limit) { return random_() % limit; }

  std::string text() {
    static const std::vector<std::string> kPieces = {
        "a", "Z", "0", ",", ";", "=", ".", "|", " ",  "+",  "%",  "%2C", "&", "/", "?",
        "#", "[", "]", ":", "~", "-", "_", "ä", "😀", "\"", "\\", "'",   "*", "{", "}"};
    std::string text;
    for (size_t left = 1 + below(6); left > 0; --left) text += kPieces[below(kPieces.size())];
    return text;
  }
  boost::json::value of(std::string_view kind, size_t level = 0) {
    if (kind == "integer") return static_cast<int64_t>(below(2000)) - 1000;
    if (kind == "texts") {
      boost::json::array array;
      for (size_t left = 1 + below(3); left > 0; --left) array.emplace_back(text());
      return array;
    }
    if (kind == "map") {
      boost::json::object object;
      for (size_t left = 1 + below(3); left > 0; --left) object[text()] = text();
      return object;
    }
    if (kind == "page") {
      return {{"size", of("integer")}, {"sort", of("texts")}};
    }
    if (kind == "tree") {
      boost::json::object object{{"v", text()}};
      if (level < 3) object["list"] = of("texts");
      if (level < 3 && below(2) == 0) object["t"] = of("tree", level + 1);
      if (level < 2) object["all"] = boost::json::array{of("tree", 3), of("tree", 3)};
      return object;
    }
    return boost::json::string(text());
  }

 private:
  std::mt19937 random_;
};

std::string schema_of(const std::string& kind) {
  if (kind == "texts") return "{type: array, items: {type: string}}";
  if (kind == "map") return "{type: object, additionalProperties: {type: string}}";
  if (kind == "page") {
    return "{type: object, properties: {size: {type: integer}, sort: {type: array, items: {type: "
           "string}}}}";
  }
  if (kind == "tree") {
    return "{$defs: {t: {type: object, properties: {v: {type: string}, list: {type: array, items: "
           "{type: string}}, t: {$ref: '#/paths/~1a/get/parameters/0/schema/$defs/t'}, all: {type: "
           "array, items: {$ref: '#/paths/~1a/get/parameters/0/schema/$defs/t'}}}}}, $ref: "
           "'#/paths/~1a/get/parameters/0/schema/$defs/t'}";
  }
  return "{type: " + kind + "}";
}

TEST(ParameterWriter, WritesWhatARequestReads) {
  std::vector<Case> cases;
  for (const char* kind : {"string", "integer", "texts", "map"}) {
    for (const char* style : {"simple", "label", "matrix"}) {
      cases.push_back({"path", style, "explode: false", kind});
      cases.push_back({"path", style, "explode: true", kind});
    }
    cases.push_back({"query", "form", "explode: false", kind});
    cases.push_back({"query", "form", "explode: false, allowReserved: true", kind});
    cases.push_back({"query", "form", "explode: true", kind});
    cases.push_back({"header", "simple", "explode: false", kind});
    cases.push_back({"header", "simple", "explode: true", kind});
    cases.push_back({"cookie", "form", "explode: false", kind});
  }
  for (const char* kind : {"texts", "map"}) {
    cases.push_back({"query", "spaceDelimited", "explode: false", kind});
    cases.push_back({"query", "pipeDelimited", "explode: false", kind});
    cases.push_back({"query", "deepObject", "explode: true", kind});
  }
  cases.push_back({"cookie", "form", "explode: true", "texts"});
  cases.push_back({"query", "form", "explode: true", "page"});
  cases.push_back({"query", "deepObject", "explode: true", "page"});
  cases.push_back({"query", "deepObject", "explode: true", "tree"});
  Values values(1);
  size_t written = 0;
  for (const Case& one : cases) {
    const std::string in = one.in;
    const std::string name = in == "path" || in == "query" ? "p.,é" : "p";
    Request request("{name: '" + name + "', in: " + in + ", style: " + one.style + ", " + one.more +
                        (in == "path" ? ", required: true" : "") +
                        ", schema: " + schema_of(one.schema) + "}",
                    in == "path" ? "/a/{p.,é}" : "/a");
    const Parameter& parameter = request.operation().parameters.front();
    size_t of_case = 0;
    for (int i = 0; i < 200; ++i) {
      const boost::json::value value = values.of(one.schema);
      const auto text = write_parameter(parameter, value);
      if (!text) continue;
      ++of_case;
      std::string read;
      if (in == "path") read = request.read("/a/" + *text);
      if (in == "query") read = request.read("/a?" + *text);
      if (in == "header") read = request.read("/a", {{parameter.name, *text}});
      if (in == "cookie") read = request.read("/a", {{"cookie", *text}});
      const boost::json::value* got = request.arguments().value(parameter.in, parameter.name);
      const bool is_same =
          got != nullptr
              ? json::equal(*got, value)
              : value.is_string() && read == parameter.name + '=' + std::string(value.get_string());
      EXPECT_TRUE(is_same) << in << ' ' << one.style << ' ' << one.more << ": "
                           << json::to_text(value) << " became " << *text << ", read as " << read;
    }
    // Few generated lists have no separator, or blank, in them.
    EXPECT_GT(of_case, in == "header" ? 10u : 30u) << in << ' ' << one.style << ' ' << one.schema;
    written += of_case;
  }
  EXPECT_GT(written, 5000u);
}

TEST(ParameterWriter, FailsWhereTheStyleHasNoText) {
  const auto fails = [](const std::string& parameter, const boost::json::value& value,
                        const std::string& path = "/a") {
    const Request request("{name: p, " + parameter + "}", path);
    const auto text = write_parameter(request.operation().parameters.front(), value);
    return text ? "writes " + *text : std::string(text.error().message);
  };
  const std::string texts = "schema: {type: array, items: {type: string}}";
  EXPECT_EQ(fails("in: query, " + texts, boost::json::array()),
            "parameter 'p': an empty list cannot be written; the parameter must be left out");
  EXPECT_EQ(
      fails("in: query, style: pipeDelimited, explode: false, " + texts, boost::json::array{"a|b"}),
      "parameter 'p': a part must not contain the separator");
  EXPECT_EQ(fails("in: header, " + texts, boost::json::array{"a,b"}),
            "parameter 'p': a part in a header must not be empty or contain a comma");
  EXPECT_EQ(fails("in: header, schema: {type: string}", "a\n"),
            "parameter 'p': a header must not contain control characters");
  EXPECT_EQ(fails("in: path, required: true, schema: {type: string}", "", "/{p}"),
            "parameter 'p': a path parameter must not be empty");
  EXPECT_EQ(fails("in: query, schema: {type: string}", "a b&c"), "writes p=a%20b%26c");
}

}  // namespace
}  // namespace penstock::contract
