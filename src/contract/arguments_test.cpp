#include "contract/arguments.h"

#include <gtest/gtest.h>

namespace penstock::contract {
namespace {

constexpr std::string_view kDocument = R"(
openapi: 3.1.0
info: {title: t, version: 1.0.0}
paths:
  /a:
    get:
      operationId: a
      parameters:
        - {name: name, in: query, required: true, schema: {type: string, minLength: 1, maxLength: 3}}
        - {name: count, in: query, schema: {type: integer, minimum: 1, maximum: 9}}
        - {name: flag, in: query, schema: {type: boolean}}
        - {name: colour, in: query, schema: {type: string, enum: [red, '1']}}
      responses: {'200': {description: d}}
)";

class ArgumentsTest : public testing::Test {
 protected:
  // The violations as "name:keyword …".
  std::string read(std::string_view query) {
    Arguments arguments(*contract_.match("GET", "/a").operation);
    Violations violations;
    arguments.read_query(query, violations);
    name_ = arguments.query("name").value_or("-");
    std::string text;
    for (const Violation& violation : violations) {
      text += (text.empty() ? "" : " ") + violation.where + ':' + std::string(violation.keyword);
    }
    return text;
  }

  Contract contract_ = Contract::parse(kDocument, "t.yaml").value();
  std::string name_;
};

TEST_F(ArgumentsTest, decodes_names_and_values) {
  EXPECT_EQ(read("name=a%62c"), "");
  EXPECT_EQ(name_, "abc");
  EXPECT_EQ(read("n%61me=a+b"), "");
  EXPECT_EQ(name_, "a b");
  EXPECT_EQ(read("name=a=b"), "");
  EXPECT_EQ(name_, "a=b");
  EXPECT_EQ(read("&name=a&"), "");
  EXPECT_EQ(read("name=%C3%BC"), "");
}

TEST_F(ArgumentsTest, a_view_ends_where_it_ends) {
  const std::string text = "name=abcdefgh";
  EXPECT_EQ(read(std::string_view(text).substr(0, 8)), "");
  EXPECT_EQ(name_, "abc");
}

TEST_F(ArgumentsTest, every_violation_is_named) {
  EXPECT_EQ(read(""), "name:required");
  EXPECT_EQ(read("name="), "name:minLength");
  EXPECT_EQ(read("name"), "name:minLength");
  EXPECT_EQ(read("name=abcd"), "name:maxLength");
  EXPECT_EQ(read("name=%C3%BC%C3%BC%C3%BC"), "");  // Three code points, six bytes.
  EXPECT_EQ(read("name=a&name=a"), "name:repeated");
  EXPECT_EQ(read("name=a&x=1&NAME=b"), "x:undeclared NAME:undeclared");
  EXPECT_EQ(read("name=%ff"), "name:encoding");
  EXPECT_EQ(read("name=%zz"), ":encoding");
  EXPECT_EQ(read("name=%"), ":encoding");
}

TEST_F(ArgumentsTest, numbers_and_booleans_are_read_from_text) {
  EXPECT_EQ(read("name=a&count=5&flag=true&colour=red"), "");
  EXPECT_EQ(read("name=a&count=5.0"), "");
  EXPECT_EQ(read("name=a&count=5.5"), "count:type");
  EXPECT_EQ(read("name=a&count=0"), "count:minimum");
  EXPECT_EQ(read("name=a&count=10"), "count:maximum");
  EXPECT_EQ(read("name=a&count=x"), "count:type");
  EXPECT_EQ(read("name=a&count="), "count:type");
  EXPECT_EQ(read("name=a&flag=1"), "flag:type");
  EXPECT_EQ(read("name=a&colour=blue"), "colour:enum");
  EXPECT_EQ(read("name=a&colour=1"), "");
}

TEST_F(ArgumentsTest, a_flood_of_parameters_is_bounded) {
  std::string query;
  for (int i = 0; i < 1000; ++i) query += "x" + std::to_string(i) + "=1&";
  Arguments arguments(*contract_.match("GET", "/a").operation);
  Violations violations;
  arguments.read_query(query, violations);
  EXPECT_EQ(violations.size(), kViolationsMax);
}

TEST_F(ArgumentsTest, asking_for_an_undeclared_parameter_is_a_bug) {
  const Arguments arguments(*contract_.match("GET", "/a").operation);
  EXPECT_THROW((void)arguments.query("nam"), std::logic_error);
}

}  // namespace
}  // namespace penstock::contract
