#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/cpp/cpp_writers.h"
#include "contract/openapi/contract.h"

namespace penstock::contract {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string text_of(const std::string& document, const std::string& file,
                    const CppWriting& writing = {.name_space = "t"}) {
  const auto contract = Contract::parse(document, "t.yaml");
  if (!contract) return contract.error().message;
  const auto model = cpp_model(*contract);
  if (!model) return model.error().message;
  for (const CppFile& written : cpp_files(*model, writing)) {
    if (written.name == "t/" + file) return written.text;
  }
  return "no such file";
}

// Returns the header of the operations of a contract with this path item, and these schemas.
std::string operations_of(const std::string& item, const std::string& schemas = "") {
  return text_of("openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {/p: {" + item +
                     "}}\ncomponents: {schemas: {" + schemas + "}}\n",
                 "operations.h");
}

TEST(CppOperations, ParametersAreMembersWithTheirDefaults) {
  EXPECT_THAT(
      operations_of("get: {operationId: get_it, parameters: [{name: a-b, in: query, required: "
                    "true, schema: {type: integer}}, {name: c, in: query, schema: {type: string, "
                    "default: x}}, {name: d, in: header, schema: {type: boolean}}], responses: "
                    "{'204': {description: D.}}}"),
      HasSubstr("  int64_t a_b = 0;\n  std::string c = \"x\";\n  std::optional<bool> d = {};\n"));
}

TEST(CppOperations, ParametersOfOneNameAreCalledAfterTheirPlaceToo) {
  EXPECT_THAT(operations_of("get: {operationId: get_it, parameters: [{name: id, in: query, schema: "
                            "{type: string}}, {name: id, in: header, schema: {type: string}}], "
                            "responses: {'204': {description: D.}}}"),
              AllOf(HasSubstr(" query_id = {};"), HasSubstr(" header_id = {};")));
}

TEST(CppOperations, ClaimsHaveAFunctionForEachScheme) {
  const auto claims_of = [](const std::string& schemes, const std::string& more = "") {
    return text_of(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n"
        "components: {securitySchemes: {" +
            schemes + "}" + more + "}\n",
        "operations.h");
  };
  const std::string token = "{type: http, scheme: bearer, x-penstock-claims: ";
  const std::string tenant = "{type: object, properties: {tenant: {type: string}}}";
  const std::string own = claims_of("log-in: " + token + tenant + "}");
  EXPECT_THAT(own, HasSubstr("#include \"http/typed_claims.h\""));
  EXPECT_THAT(own, HasSubstr("inline std::optional<LogInClaims> log_in_claims(\n"
                             "    const penstock::auth::Caller& caller) {\n"
                             "  return penstock::http::claims_of<LogInClaims>(caller, "
                             "\"log-in\");\n}\n"));
  // Two schemes may have the same claims, and names that are one in C++.
  const std::string ref = token + "{$ref: '#/components/schemas/Who'}}";
  const std::string shared =
      claims_of("log-in: " + ref + ", log_in: " + ref, ", schemas: {Who: " + tenant + "}");
  EXPECT_THAT(shared, HasSubstr("<Who>(caller, \"log-in\")"));
  EXPECT_THAT(shared, HasSubstr("<Who>(caller, \"log_in\")"));
  EXPECT_THAT(shared, HasSubstr("std::optional<Who> log_in_claims("));
  EXPECT_THAT(shared, HasSubstr("std::optional<Who> log_in_claims_2("));
  // What is no struct stays JSON.
  for (const char* schema : {"{}", "{type: object}", "{additionalProperties: {type: string}}"}) {
    EXPECT_THAT(claims_of("login: " + token + schema + "}"), Not(HasSubstr("claims"))) << schema;
  }
}

TEST(CppOperations, AnOperationThatIsNotServedHasNoField) {
  EXPECT_THAT(operations_of("post: {operationId: post_form, requestBody: {required: true, content: "
                            "{application/x-www-form-urlencoded: {}}}, responses: {'204': "
                            "{description: D.}}}"),
              Not(HasSubstr("post_form")));
}

TEST(CppOperations, ABodyOfTextBytesOrSeveralTypesIsAString) {
  for (const char* content : {"text/plain: {}", "image/png: {}", "application/json: {}, a/b: {}"}) {
    EXPECT_THAT(operations_of(std::string("post: {operationId: post_it, requestBody: {content: {") +
                              content + "}}, responses: {'204': {description: D.}}}"),
                HasSubstr("std::optional<std::string> body = {};"))
        << content;
  }
}

TEST(CppOperations, AnswersAreFunctionsByTheirReasonPhrases) {
  const std::string text = operations_of(
      "get: {operationId: get_it, responses: {'200': {description: D., content: {application/json: "
      "{schema: {$ref: '#/components/schemas/A'}}}}, '404': {description: D.}, 5XX: {description: "
      "D., content: {text/plain: {}}}, '299': {description: D.}}}",
      "A: {type: object, properties: {a: {}}}");
  EXPECT_THAT(text, AllOf(HasSubstr("inline OkA ok(const A& body) {"),
                          HasSubstr("inline NotFound not_found() {"),
                          HasSubstr("inline AnswerText answer(unsigned status, std::string body)"),
                          HasSubstr("inline Status299 status_299() {"),
                          HasSubstr("AnswerOneOf<OkA, NotFound, AnswerText, Status299> {")));
}

TEST(CppOperations, HeadersAreSettersOfTheirTypes) {
  EXPECT_THAT(
      operations_of(
          "get: {operationId: get_it, responses: {'200': {description: D., headers: "
          "{Retry-After: {schema: {type: integer}}, Publish: {schema: {type: string}}}}}}"),
      AllOf(HasSubstr("Ok&& retry_after(int64_t value) && { return set_header(\"Retry-After\", "
                      "value); }"),
            HasSubstr("Ok&& publish_(std::string_view value) &&")));
}

constexpr const char* kEvents =
    "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n"
    "  /a: {get: {operationId: a, x-event: {type: com.x.placed, topic: t, schema: {$ref: "
    "'#/components/schemas/Order'}}, responses: {'200': {description: D.}}}}\n"
    "  /b: {get: {operationId: b, x-event: {type: com.x.gone.v1, topic: t, schema: {$ref: "
    "'#/components/schemas/Order'}}, responses: {'200': {description: D.}}}}\n"
    "  /c: {get: {operationId: c, x-event: {type: com.y.placed, topic: t, schema: {$ref: "
    "'#/components/schemas/Alone'}}, responses: {'200': {description: D.}}}}\n"
    "  /d: {get: {operationId: d, x-event: {type: com.x.free, topic: t}, responses: {'200': "
    "{description: D., content: {application/json: {schema: {type: object, properties: {n: "
    "{}}}}}}}}}\n"
    "components: {schemas: {Order: {type: object, properties: {i: {$ref: "
    "'#/components/schemas/Item'}}}, Item: {type: object, properties: {k: {}}}, "
    "Alone: {type: object, properties: {k: {}}}}}\n";

TEST(CppEvents, AreCalledAfterTheirSchemaOrTheEndOfTheirType) {
  EXPECT_THAT(text_of(kEvents, "events.h"),
              AllOf(HasSubstr("EventHandlerOf<XPlaced> x_placed;"),
                    HasSubstr("EventHandlerOf<GoneV1> gone_v1;"),
                    HasSubstr("EventHandlerOf<Alone> y_placed;"),
                    HasSubstr("EventHandlerOf<boost::json::value> free;")));
}

// What has the same struct in an operation with one event and in one with several says its type.
TEST(CppOperations, AnOperationWithSeveralEventsPublishesEachByItsStruct) {
  const char* const contract =
      "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n"
      "  /a: {post: {operationId: a, x-events: {events: [{type: com.x.placed, topic: t, schema: "
      "{$ref: '#/components/schemas/Order'}}, {type: com.x.paid, topic: t, schema: {type: object, "
      "properties: {n: {}}}}, {type: com.x.free, topic: t}]}, responses: {'204': {description: "
      "D.}}}}\n"
      "  /b: {post: {operationId: b, x-event: {type: com.x.alone, topic: t, schema: {$ref: "
      "'#/components/schemas/Alone'}}, responses: {'204': {description: D.}}}}\n"
      "components: {schemas: {Order: {type: object, properties: {k: {}}}, Alone: {type: object, "
      "properties: {k: {}}}}}\n";
  EXPECT_THAT(text_of(contract, "operations.h"),
              AllOf(HasSubstr("publish(const Order& event) && { return "
                              "publish_event(\"com.x.placed\", event); }"),
                    HasSubstr("return publish_event(\"com.x.paid\", event);"),
                    HasSubstr("publish(const Alone& event) && { return publish_event(event); }"),
                    Not(HasSubstr("com.x.free"))));
  EXPECT_THAT(text_of(contract, "operations_1.cpp"),
              AllOf(HasSubstr("{\"com.x.placed\", typed::type_of<Order>}"),
                    HasSubstr("{\"com.x.free\", typed::type_of<boost::json::value>}"),
                    HasSubstr(".events = kEvents"), HasSubstr(".event = typed::type_of<Alone>")));
  EXPECT_THAT(text_of(contract, "events.h"), AllOf(HasSubstr("EventHandlerOf<Order> placed;"),
                                                   HasSubstr("EventHandlerOf<Paid> paid;")));
}

// Handlers call these functions without a namespace, so no handler may have such a name.
TEST(CppOperations, NoFieldHidesWhatHandlersCall) {
  for (const char* name : {"not_written", "json", "text", "bytes", "empty"}) {
    const std::string contract =
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {/a: {get: {operationId: " +
        std::string(name) + ", responses: {'204': {description: D.}}}}}\n";
    EXPECT_THAT(text_of(contract, "operations.h"), HasSubstr(' ' + std::string(name) + "_;"));
  }
  for (const char* name : {"done", "retry", "poison", "any"}) {
    const std::string contract =
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {/a: {get: {operationId: a, "
        "x-event: {type: com.x." +
        std::string(name) + ", topic: t}, responses: {'204': {description: D.}}}}}\n";
    EXPECT_THAT(text_of(contract, "events.h"), HasSubstr(' ' + std::string(name) + "_;"));
  }
}

TEST(CppEvents, AloneNeedNoHttpAndHaveAllTypes) {
  const CppWriting alone{.name_space = "t", .events_only = true};
  EXPECT_EQ(text_of(kEvents, "operations.h", alone), "no such file");
  EXPECT_EQ(text_of(kEvents, "events.h", alone), text_of(kEvents, "events.h"));
  EXPECT_EQ(text_of(kEvents, "types.h", alone), text_of(kEvents, "types.h"));
  EXPECT_THAT(text_of(kEvents, "types.h"), Not(HasSubstr("http")));
}

std::string large(int operations) {
  std::string text = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n";
  std::string schemas = "components:\n  schemas:\n";
  for (int i = 0; i < operations; ++i) {
    const std::string n = std::to_string(i);
    text += "  /p" + n + "/{id}: {put: {operationId: put_" + n +
            ", parameters: [{name: id, in: path, required: true, schema: {type: integer}}], "
            "requestBody: {required: true, content: {application/json: {schema: {$ref: "
            "'#/components/schemas/S" +
            n +
            "'}}}}, responses: {'200': {description: D., content: {application/json: {schema: "
            "{$ref: '#/components/schemas/S" +
            n + "'}}}}}}}\n";
    schemas += "    S" + n +
               ": {type: object, required: [a], properties: {a: {type: string}, b: {enum: [x, y]}, "
               "c: {type: array, items: {type: object, properties: {d: {type: integer}}}}}}\n";
  }
  return text + schemas;
}

size_t count_of(std::string_view text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(CppFiles, TheFilesOfFiveHundredOperationsAreBounded) {
  const auto contract = Contract::parse(large(500), "t.yaml");
  ASSERT_TRUE(contract) << contract.error().message;
  const auto model = cpp_model(*contract);
  ASSERT_TRUE(model);
  const auto files = cpp_files(*model, {.name_space = "t", .parts = 10});
  EXPECT_EQ(files.size(), 2u * 10 + 4);
  for (const CppFile& file : files) {
    if (!file.name.ends_with(".cpp")) continue;
    EXPECT_LT(file.text.size(), 90'000u) << file.name;
    // Each of these is a function for the compiler: a part has a tenth of them.
    EXPECT_LE(count_of(file.text, "Table& describe("), 51u) << file.name;
    EXPECT_LE(count_of(file.text, "Type& describe("), 160u) << file.name;
    // The list of handlers calls one template, and not one for each operation.
    EXPECT_LE(count_of(file.text, "emplace_back("), 1u) << file.name;
  }
}

TEST(CppFiles, AllPartsAreWrittenEvenIfThereIsNothingForThem) {
  const auto contract = Contract::parse(large(1), "t.yaml");
  const auto model = cpp_model(*contract);
  const auto files = cpp_files(*model, {.name_space = "t", .parts = 7});
  EXPECT_EQ(files.size(), 2u * 7 + 4);
}

}  // namespace
}  // namespace penstock::contract
