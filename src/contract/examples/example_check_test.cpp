#include "contract/examples/example_check.h"

#include <gtest/gtest.h>

#include "contract/document/sources.h"
#include "contract/openapi/contract.h"

namespace penstock::contract {
namespace {

constexpr const char* kHead = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\n";

// Returns the remarks of the document, one a line, as "KIND LINE:COLUMN sentence".
std::string remarks(const std::string& text, const ExampleLimits& limits = {}) {
  const auto contract = Contract::parse(kHead + text, "t.yaml");
  if (!contract) return contract.error().message;
  remark_examples(*contract, limits);
  std::string all;
  for (const Problem& problem : contract->sources().problems().sorted()) {
    all += (all.empty() ? "" : "\n") + problem.kind + ' ' + std::to_string(problem.line) + ':' +
           std::to_string(problem.column) + ' ' + problem.sentence;
  }
  return all;
}

// Returns a document with one operation, whose answer has this media type.
std::string answer(const std::string& media, const std::string& more = "") {
  return "paths: {/a: {get: {operationId: a, responses: {'200': {description: d, content: {" +
         media + "}" + more + "}}}}}";
}

TEST(ExampleCheck, NamesABadExampleWithItsPlaceAndTheViolation) {
  EXPECT_EQ(remarks(answer("application/json: {schema: {type: object}, example: '{\"a\":1}'}")),
            "example-invalid 3:134 the example does not match its schema: it must be an object");
  EXPECT_EQ(remarks(answer(
                "application/json: {schema: {type: object, properties: {a: {type: integer}, b: "
                "{type: integer}}}, examples: {good: {value: {a: 1}}, bad: {value: {a: x, b: "
                "y}}}}")),
            "example-invalid 3:226 the example does not match its schema: /a must be a whole "
            "number, and 1 "
            "more");
  EXPECT_EQ(remarks(answer("text/plain: {schema: {type: string, maxLength: 2}, example: 12}")), "");
  EXPECT_EQ(remarks(answer("text/plain: {schema: {type: string, maxLength: 2}, example: 123}")),
            "example-invalid 3:142 the example does not match its schema: it must have at most 2 "
            "characters");
}

TEST(ExampleCheck, LooksAtSchemasParametersAndHeaders) {
  EXPECT_EQ(
      remarks("components: {schemas: {A: {type: integer, example: x, examples: [1, y]}}}\n" +
              answer("application/json: {}",
                     ", headers: {X-A: {schema: {type: integer}, example: x}}")),
      "example-invalid 3:52 the example does not match its schema: it must be a whole number\n"
      "example-invalid 3:69 the example does not match its schema: it must be a whole number\n"
      "example-invalid 4:155 the example does not match its schema: it must be a whole number");
  EXPECT_EQ(
      remarks("paths: {/a: {get: {operationId: a, parameters: [{name: p, in: query, schema: "
              "{type: integer}, examples: {a: {value: x}}}], responses: {'200': {description: "
              "d}}}}}"),
      "example-invalid 3:117 the example does not match its schema: it must be a whole number");
}

TEST(ExampleCheck, SaysWhereTheMockHasNoValue) {
  EXPECT_EQ(remarks(answer("application/json: {schema: {type: string, enum: [1]}}")),
            "no-sample 3:109 no value of this schema was found, so the mock has none: if there is "
            "one, give it as an example; otherwise correct the schema");
}

TEST(ExampleCheck, EndsWhenTheStepsAreGone) {
  const std::string list = answer(
      "application/json: {schema: {type: integer}, examples: {a: {value: "
      "x}, b: {value: y}}}");
  EXPECT_EQ(
      remarks(list, {.example_steps = 80}),
      "example-invalid 3:148 the example does not match its schema: it must be a whole number\n"
      "examples-unchecked 3:163 checking the examples before this one took too long, so the "
      "rest is not checked");
  EXPECT_EQ(remarks(answer("application/json: {schema: {not: {}}}"), {.sample_steps = 1000}),
            "examples-unchecked 1:1 making values for the mock took too long, so it was not tried "
            "for all operations");
}

}  // namespace
}  // namespace penstock::contract
