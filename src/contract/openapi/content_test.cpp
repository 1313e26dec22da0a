// Tests how the bodies of requests and responses are read: media types, encodings, and what is not
// served yet.
#include <gtest/gtest.h>

#include "contract/document/sources.h"
#include "contract/openapi/contract.h"

namespace penstock::contract {
namespace {

std::string problems(const std::string& document) {
  const auto contract = Contract::parse(document, "t.yaml");
  return contract ? "" : contract.error().message;
}

// Returns a document with one operation, which has this `requestBody` and these `responses`.
std::string operation(const std::string& body,
                      const std::string& responses = "{'200': {description: d}}",
                      const std::string& method = "post") {
  return "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /p:\n    " + method +
         ":\n      operationId: o\n" +
         (body.empty() ? "" : "      requestBody: {content: " + body + "}\n") +
         "      responses: " + responses + "\n      security: []\n";
}

// Returns `responses` with one success of this content.
std::string success(const std::string& content) {
  return "{'200': {description: d, content: " + content + "}}";
}

// Returns the remarks on a valid document as "LINE:COLUMN kind", with spaces between them.
std::string remarks(const std::string& document) {
  const auto contract = Contract::parse(document, "t.yaml");
  if (!contract) return contract.error().message;
  std::string all;
  for (const Problem& problem : contract->sources().problems().sorted()) {
    all += all.empty() ? "" : " ";
    all += std::to_string(problem.line) + ':' + std::to_string(problem.column) + ' ' + problem.kind;
  }
  return all;
}

std::string not_served(const std::string& document) {
  const auto contract = Contract::parse(document, "t.yaml");
  return contract ? contract->paths()[0].operations[0].not_served : contract.error().message;
}

TEST(Content, AcceptsWhatFrameworksWrite) {
  EXPECT_EQ(remarks(operation("{application/json: {}, text/json: {}, application/*+json: {}}")),
            "");
  EXPECT_EQ(remarks(operation("", success("{application/json;version=1: {}, "
                                          "application/json;version=2: {}, "
                                          "application/json; charset=utf-8: {}}"))),
            "");
  EXPECT_EQ(remarks(operation("{text/plain: {schema: {type: integer}}}")), "");
}

TEST(Content, RefusesWhatIsNoMediaTypeOrThereTwice) {
  EXPECT_EQ(problems(operation("{gzip: {}}")),
            "t.yaml:7:31: 'gzip' is not a media type; write it as 'type/subtype', such as "
            "application/json (OpenAPI 3.0.3 section 4.7.13, RFC 9110 section 8.3.1)");
  EXPECT_EQ(problems(operation("{application/js*: {}}")),
            "t.yaml:7:31: 'application/js*' is not a range of media types; write 'type/*', "
            "'type/*+suffix' or '*/*'");
  EXPECT_EQ(problems(operation("{a/b: {}, A/B: {}}")),
            "t.yaml:7:40: the media type is declared twice; remove one of the two");
  EXPECT_EQ(problems(operation("{a/b; x=1; y=2: {}, a/b;Y=2;X=\"1\": {}}")),
            "t.yaml:7:50: the media type is declared twice; remove one of the two");
}

TEST(Content, TheHeaderIsWhatTheDocumentDeclares) {
  const Contract contract =
      Contract::parse(operation("", success("{application/json: {}, a/b+json;V=1: {}, "
                                            "text/csv; header=present: {}, "
                                            "text/html; charset=UTF-8: {}}")),
                      "t.yaml")
          .value();
  std::string headers;
  for (const MediaType& media : contract.paths()[0].operations[0].responses[0].content) {
    headers += media.header + " | ";
  }
  EXPECT_EQ(headers,
            "application/json | a/b+json;V=1 | text/csv; header=present; charset=utf-8 | "
            "text/html; charset=UTF-8 | ");
}

// A schema that can describe no such body is not held against it, and that is said.
TEST(Content, RemarksOnASchemaWithoutEffect) {
  EXPECT_EQ(remarks(operation("{text/plain: {schema: {type: object}}}")),
            "7:52 schema-without-effect");
  EXPECT_EQ(
      remarks(operation("", success("{application/pdf: {schema: {type: array, items: {}}}}"))),
      "7:79 schema-without-effect");
  EXPECT_EQ(remarks(operation("{image/*: {schema: {type: object}}}")),
            "7:49 schema-without-effect");
  // JSON may be meant here.
  EXPECT_EQ(remarks(operation("{application/*: {schema: {type: object}}}")), "");
}

TEST(Content, EncodingsAreForForms) {
  EXPECT_EQ(remarks(operation("{application/json: {encoding: {a: {style: form}}}}")),
            "7:60 encoding-without-effect");
  const auto encoding = [](const std::string& one) {
    return problems(
        operation("{application/json: {}, multipart/form-data: {encoding: " + one + "}}"));
  };
  EXPECT_EQ(encoding("{a: {contentType: 'image/png, image/*', headers: {X-A: {schema: {}}}}}"), "");
  EXPECT_EQ(encoding("{a: {style: deepObject, explode: true, allowReserved: false}}"), "");
  EXPECT_EQ(encoding("[]"),
            "t.yaml:7:85: encoding must be an object with an entry for each property");
  EXPECT_EQ(encoding("{a: 1}"), "t.yaml:7:89: the encoding of a property must be an object");
  EXPECT_EQ(encoding("{a: {stile: form}}"),
            "t.yaml:7:90: encoding: 'stile' is not supported; correct or remove it");
  EXPECT_EQ(encoding("{a: {explode: 1}}"), "t.yaml:7:99: explode must be true or false");
  EXPECT_EQ(encoding("{a: {style: simple}}"),
            "t.yaml:7:97: style must be form, spaceDelimited, pipeDelimited or deepObject, as for "
            "a parameter in the query (OpenAPI 3.0.3 section 4.7.15)");
  EXPECT_EQ(encoding("{a: {contentType: png}}"),
            "t.yaml:7:103: contentType must be media types with commas between them, such as "
            "'image/png, image/*' (OpenAPI 3.0.3 section 4.7.15)");
}

TEST(Content, FormsAndXmlAreCheckedButNotServed) {
  EXPECT_EQ(remarks(operation("{application/json: {}, application/x-www-form-urlencoded: {}, "
                              "multipart/form-data: {}, text/xml: {}}")),
            "7:53 not-served 7:92 not-served 7:117 not-served");
  EXPECT_EQ(problems(operation("{application/xml: {schema: {type: thing}}}")).substr(0, 13),
            "t.yaml:7:64: ");
  EXPECT_EQ(remarks(operation("{text/plain; charset=latin1: {}, a/b; charset=latin1: {}}")),
            "7:31 not-served");
}

TEST(Content, AnOperationIsNotServedIfItHasNoOtherBody) {
  EXPECT_EQ(
      not_served(operation("{application/xml: {}, multipart/form-data: {}}")),
      "Its body can only be application/xml or multipart/form-data, which is not served yet.");
  EXPECT_EQ(not_served(operation("{application/xml: {}, application/json: {}}")), "");
  EXPECT_EQ(remarks(operation("{application/xml: {}}")),
            "6:7 operation-not-served 7:31 not-served");
  // A body has no meaning under GET, so that the request is complete without it.
  EXPECT_EQ(not_served(operation("{application/xml: {}}", "{'200': {description: d}}", "get")), "");
  EXPECT_NE(not_served(operation("{application/xml: {}}, required: true",
                                 "{'200': {description: d}}", "get")),
            "");
}

TEST(Content, AnOperationIsNotServedIfItHasNoOtherSuccess) {
  EXPECT_EQ(not_served(operation("", success("{application/xml: {}}"))),
            "Its answer can only be application/xml, which is not served yet.");
  EXPECT_EQ(not_served(operation("", success("{application/xml: {}, application/json: {}}"))), "");
  EXPECT_EQ(not_served(operation("",
                                 "{'200': {description: d, content: {text/xml: {}}}, "
                                 "'204': {description: d}}")),
            "");
  EXPECT_EQ(not_served(operation("",
                                 "{'200': {description: d, content: {application/json: {}}}, "
                                 "'400': {description: d, content: {text/xml: {}}}}")),
            "");
  EXPECT_NE(not_served(operation("",
                                 "{'200': {description: d, content: {text/xml: {}}}, "
                                 "'302': {description: d}}")),
            "");
  EXPECT_NE(not_served(operation("", "{default: {description: d, content: {text/xml: {}}}}")), "");
}

// What is never published needs no topic.
TEST(Content, AnOperationThatIsNotServedHasNoTopic) {
  const std::string document =
      operation("{application/xml: {}}") + "      x-event: {type: t, topic: s}\n";
  EXPECT_TRUE(Contract::parse(document, "t.yaml").value().topics("").empty());
}

}  // namespace
}  // namespace penstock::contract
