#include "contract/compare/contract_comparison.h"

#include <gtest/gtest.h>

#include "contract/openapi/contract_files.h"

namespace penstock::contract {
namespace {

// This API has one operation. Each of its parts can be replaced.
const std::string kDocument = R"(openapi: 3.1.0
info: {title: t, version: '1'}
servers: [{url: /v1}]
paths:
  /a/{id}:
    post:
      operationId: a
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
        - {name: q, in: query, schema: {type: string}}
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/In'}}}}
      x-event: {type: t.a, topic: as, key: /id, schema: {$ref: '#/components/schemas/Event'}}
      responses:
        '200':
          description: d
          headers: {x-h: {required: true, schema: {type: string}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Out'}}}
        '404': {description: d}
components:
  schemas:
    In: {type: object, properties: {n: {type: integer}}, additionalProperties: false}
    Out: {type: object, properties: {s: {type: string}}, required: [s]}
    Event: {type: object, properties: {id: {type: string}}, additionalProperties: false}
)";

std::string with(const std::string& old_text, const std::string& new_text) {
  std::string document = kDocument;
  const size_t at = document.find(old_text);
  if (at == std::string::npos) return "there is no " + old_text;
  return document.replace(at, old_text.size(), new_text);
}

std::vector<Change> changes(const std::string& before, const std::string& after) {
  const Contract old_one = Contract::parse(before, "old.yaml").value();
  const Contract new_one = Contract::parse(after, "new.yaml").value();
  return ContractComparison(old_one, new_one).changes();
}

// Returns the changes as "EFFECT KIND WHERE; …".
std::string text_of(const std::vector<Change>& changes) {
  std::string text;
  for (const Change& change : changes) {
    text += (text.empty() ? "" : "; ") + std::string(name_of(change.effect)) + ' ' + change.kind +
            ' ' + change.where;
  }
  return text;
}

struct Row {
  const char* from;
  const char* to;
  const char* there;  // What is said of the change, and of the change back.
  const char* back;
};

class ContractComparisonTest : public testing::TestWithParam<Row> {};

TEST_P(ContractComparisonTest, SaysWhatBreaks) {
  const Row& row = GetParam();
  EXPECT_EQ(text_of(changes(kDocument, with(row.from, row.to))), row.there) << row.to;
  EXPECT_EQ(text_of(changes(with(row.from, row.to), kDocument)), row.back) << row.to;
}

INSTANTIATE_TEST_SUITE_P(
    Operations, ContractComparisonTest,
    testing::Values(
        Row{"title: t", "title: u", "", ""},
        Row{"operationId: a", "operationId: b", "does_not_break operation-id POST /a/{id}",
            "does_not_break operation-id POST /a/{id}"},
        Row{"url: /v1", "url: /v2",
            "breaks base-path-removed the servers; does_not_break base-path-added the servers",
            "breaks base-path-removed the servers; does_not_break base-path-added the servers"},
        Row{"post:", "put:",
            "breaks operation-removed POST /a/{id}; does_not_break operation-added PUT /a/{id}",
            "breaks operation-removed PUT /a/{id}; does_not_break operation-added POST /a/{id}"},
        Row{"/a/{id}", "/b/{id}",
            "breaks operation-removed POST /a/{id}; does_not_break operation-added POST /b/{id}",
            "breaks operation-removed POST /b/{id}; does_not_break operation-added POST /a/{id}"},
        Row{"servers:", "x-penstock-strict: false\nservers:", "", "breaks strict POST /a/{id}"}));

INSTANTIATE_TEST_SUITE_P(
    Requests, ContractComparisonTest,
    testing::Values(Row{"in: query, schema", "in: query, required: true, schema",
                        "breaks parameter-required POST /a/{id}: query parameter 'q'",
                        "does_not_break parameter-optional POST /a/{id}: query parameter 'q'"},
                    Row{"        - {name: q, in: query, schema: {type: string}}\n", "",
                        "breaks parameter-removed POST /a/{id}: query parameter 'q'",
                        "does_not_break parameter-added POST /a/{id}: query parameter 'q'"},
                    // Every text of an integer is one of a string.
                    Row{"required: true, schema: {type: integer}",
                        "required: true, schema: {type: string}", "",
                        "breaks schema-narrowed POST /a/{id}: path parameter 'id'"},
                    Row{"n: {type: integer}", "n: {type: number}",
                        "does_not_break schema-widened POST /a/{id}: body /n",
                        "breaks schema-narrowed POST /a/{id}: body /n"},
                    Row{"requestBody: {", "requestBody: {required: true, ",
                        "breaks body-required POST /a/{id}: body",
                        "does_not_break body-optional POST /a/{id}: body"},
                    Row{"{content: {application/json",
                        "{content: {text/plain: {}, application/json",
                        "does_not_break media-type-added POST /a/{id}: body",
                        "breaks media-type-removed POST /a/{id}: body"}));

INSTANTIATE_TEST_SUITE_P(
    Answers, ContractComparisonTest,
    testing::Values(Row{"required: [s]", "required: []",
                        "breaks schema-narrowed POST /a/{id}: answer 200 /s",
                        "does_not_break schema-widened POST /a/{id}: answer 200 /s"},
                    Row{"        '404': {description: d}\n", "",
                        "may_break status-removed POST /a/{id}: answer 404",
                        "does_not_break status-added POST /a/{id}: answer 404"},
                    Row{"'404'", "4XX", "does_not_break status-added POST /a/{id}: answer 4XX",
                        "may_break status-removed POST /a/{id}: answer 4XX"},
                    Row{"'200'", "'201'",
                        "breaks status-removed POST /a/{id}: answer 200; "
                        "may_break status-added POST /a/{id}: answer 201",
                        "breaks status-removed POST /a/{id}: answer 201; "
                        "may_break status-added POST /a/{id}: answer 200"},
                    Row{"          headers: {x-h: {required: true, schema: {type: string}}}\n", "",
                        "breaks header-removed POST /a/{id}: answer 200: header x-h", ""}));

TEST(ContractComparison, SaysWhichPagesMayNotCallAnyMore) {
  const auto there_and_back = [](const std::string& before, const std::string& after) {
    const auto with_cors = [](const std::string& policy) {
      const std::string line = policy.empty() ? "" : "      x-cors: {" + policy + "}\n";
      return with("      operationId: a\n", "      operationId: a\n" + line);
    };
    return text_of(changes(with_cors(before), with_cors(after))) + " | " +
           text_of(changes(with_cors(after), with_cors(before)));
  };
  const std::string narrowed = "breaks cors-narrowed POST /a/{id}";
  const std::string widened = "does_not_break cors-widened POST /a/{id}";
  const std::string one = "origins: ['https://a.example']";
  for (const auto& [wide, narrow] : std::vector<std::pair<std::string, std::string>>{
           {one, ""},
           {one, "origins: []"},
           {"origins: ['*']", one},
           {"origins: ['https://a.example', 'https://b.example']", one},
           {"origins: ['https://*.a.example']", "origins: ['https://b.a.example']"},
           {"origins: ['https://*.a.example']", "origins: ['https://*.b.a.example']"},
           {one + ", credentials: true", one},
           {one + ", headers: [X-A]", one},
           {one + ", exposedHeaders: [X-A]", one}}) {
    EXPECT_EQ(there_and_back(wide, narrow), narrowed + " | " + widened) << wide << narrow;
  }
  EXPECT_EQ(there_and_back(one, "origins: ['https://b.example']"), narrowed + " | " + narrowed);
  EXPECT_EQ(there_and_back("origins: ['*']", one + ", credentials: true"),
            narrowed + " | " + narrowed);
  EXPECT_EQ(there_and_back(one + ", headers: [X-A]", one + ", headers: [x-a], maxAge: 5"), " | ");
}

// Returns the document with these schemes, and with this security of its operation.
std::string secured(const std::string& security, const std::string& schemes = R"(
    key: {type: apiKey, in: header, name: X-Key}
    basic: {type: http, scheme: basic}
    login: {type: oauth2, flows: {password: {tokenUrl: /t, scopes: {r: r, w: w}}}}
)") {
  std::string document = with("      operationId: a\n", "      operationId: a\n" + security);
  const std::string components = "components:\n";
  return document.insert(document.find(components) + components.size(),
                         "  securitySchemes:" + schemes);
}

TEST(ContractComparison, SaysWhomSecurityRefuses) {
  const auto there_and_back = [](const std::string& before, const std::string& after) {
    const auto line = [](const std::string& list) {
      return list.empty() ? "" : "      security: " + list + '\n';
    };
    return text_of(changes(secured(line(before)), secured(line(after)))) + " | " +
           text_of(changes(secured(line(after)), secured(line(before))));
  };
  const std::string narrowed = "breaks security-narrowed POST /a/{id}";
  const std::string widened = "does_not_break security-widened POST /a/{id}";
  for (const auto& [wide, narrow] : std::vector<std::pair<std::string, std::string>>{
           {"", "[{key: []}]"},
           {"[]", "[{key: []}]"},
           {"[{key: []}, {}]", "[{key: []}]"},
           {"[{key: []}, {basic: []}]", "[{key: []}]"},
           {"[{key: []}]", "[{key: [], basic: []}]"},
           {"[{login: []}]", "[{login: [r]}]"},
           {"[{login: [r]}, {key: []}]", "[{login: [w, r]}]"}}) {
    EXPECT_EQ(there_and_back(wide, narrow), narrowed + " | " + widened) << wide << narrow;
  }
  EXPECT_EQ(there_and_back("[{key: []}]", "[{basic: []}]"), narrowed + " | " + narrowed);
  for (const auto& [one, other] : std::vector<std::pair<std::string, std::string>>{
           {"", "[]"},
           {"[]", "[{}]"},
           {"[{key: []}, {basic: []}]", "[{basic: []}, {key: []}]"},
           {"[{login: [r, w]}]", "[{login: [w, r]}]"}}) {
    EXPECT_EQ(there_and_back(one, other), " | ") << one << other;
  }
}

TEST(ContractComparison, ComparesWhatSecuritySchemesMean) {
  const std::string key = "      security: [{key: []}]\n";
  const auto with_key = [&](const std::string& name, const std::string& scheme) {
    return secured("      security: [{" + name + ": []}]\n",
                   "\n    " + name + ": " + scheme + '\n');
  };
  const std::string scheme = "{type: apiKey, in: header, name: X-Key}";
  const std::string before = with_key("key", scheme);
  // Clients do not see this name.
  EXPECT_EQ(text_of(changes(before, with_key("renamed", scheme))), "");
  for (const std::string other :
       {"{type: apiKey, in: query, name: X-Key}", "{type: apiKey, in: header, name: Key}",
        "{type: http, scheme: basic}"}) {
    EXPECT_EQ(text_of(changes(before, with_key("key", other))),
              "breaks security-narrowed POST /a/{id}");
  }
  const std::string login = "{type: oauth2, flows: {password: {tokenUrl: /t, scopes: {}}}}";
  EXPECT_EQ(text_of(changes(with_key("ours", login), with_key("theirs", login))),
            "breaks security-narrowed POST /a/{id}");
  // The same document in two versions says which requirements there were.
  const auto found = changes(secured(""), secured(key));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].sentence,
            "its security was none, and is key; some clients that authenticate as before are "
            "refused");
}

INSTANTIATE_TEST_SUITE_P(
    Events, ContractComparisonTest,
    testing::Values(
        Row{"type: t.a", "type: t.b",
            "breaks event-removed event t.a; "
            "does_not_break event-added event t.b",
            "breaks event-removed event t.b; does_not_break event-added event t.a"},
        Row{"topic: as", "topic: bs", "breaks event-topic event t.a",
            "breaks event-topic event t.a"},
        Row{"key: /id, ", "", "breaks event-key event t.a", "breaks event-key event t.a"},
        Row{"key: /id", "key: /id, delivery: best_effort", "breaks event-delivery event t.a",
            "does_not_break event-delivery event t.a"},
        Row{"x-event: {type: t.a, topic: as, key: /id, schema: {$ref: "
            "'#/components/schemas/Event'}}",
            "x-events: {atomic: true, events: [{type: t.a, topic: as, key: /id, schema: {$ref: "
            "'#/components/schemas/Event'}}]}",
            "does_not_break event-atomic event t.a", "breaks event-atomic event t.a"},
        // A consumer does not know the new value; a stored event may have the old one.
        Row{"id: {type: string}", "id: {type: [string, integer]}",
            "breaks schema-narrowed event t.a /id", "breaks schema-narrowed event t.a /id"}));

TEST(ContractComparison, TheNamesOfPathParametersDoNotMatter) {
  std::string renamed = with("/a/{id}", "/a/{key}");
  renamed.replace(renamed.find("name: id"), 8, "name: key");
  EXPECT_EQ(text_of(changes(kDocument, renamed)), "");
}

TEST(ContractComparison, AChangeHasItsPlaces) {
  const auto found = changes(kDocument, with("s: {type: string}", "s: {type: [string, 'null']}"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].effect, Change::Effect::breaks);
  EXPECT_EQ(found[0].old_place.text(), "old.yaml:22:48");
  EXPECT_EQ(found[0].new_place.text(), "new.yaml:22:48");
  EXPECT_EQ(found[0].sentence, "type did not allow null, and does now (answers)");
}

TEST(ContractComparison, ASentenceSaysWhatWasAndWhatIs) {
  const auto sentence = [](const std::string& from, const std::string& to) {
    const auto found = changes(kDocument, with(from, to));
    return found.empty() ? "" : found[0].sentence;
  };
  EXPECT_EQ(sentence("required: [s]", "required: []"),
            "it was required, and is optional (answers)");
  EXPECT_EQ(sentence("n: {type: integer}", "n: {type: integer, maximum: 5}"),
            "maximum was none, and is 5 (requests)");
  EXPECT_EQ(sentence("{s: {type: string}}", "{s: {type: string}, t: {type: string}}"),
            "it was not described, and is described (answers)");
  EXPECT_EQ(sentence("n: {type: integer}", "n: {type: integer}, m: {}"),
            "it was not allowed, and is allowed (requests)");
}

TEST(ContractComparison, AContractIsTheSameAsItself) {
  for (const char* name : {"/shop.openapi.yaml", "/museum.openapi.yaml",
                           "/kitchen_sink.openapi.yaml", "/kitchen_sink_3_0.openapi.json"}) {
    const std::string file = std::string(PENSTOCK_TEST_CONTRACTS) + name;
    const Contract one = read_contract(file).value();
    const Contract other = read_contract(file).value();
    EXPECT_EQ(text_of(ContractComparison(one, other).changes()), "") << name;
  }
}

}  // namespace
}  // namespace penstock::contract
