#include "contract/openapi/rate_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/document/sources.h"
#include "contract/openapi/contract.h"

namespace penstock::contract {
namespace {

// Returns a document with two paths of two operations each. Each argument is the value of an
// `x-penstock-rate`, or empty: that of the document, of /a and of its get.
std::string document(const std::string& root, const std::string& path, const std::string& get) {
  const auto rate = [](const std::string& value, const std::string& indent) {
    return value.empty() ? "" : indent + "x-penstock-rate: " + value + "\n";
  };
  const std::string operation = "{responses: {'204': {description: d}}}\n";
  return "openapi: 3.1.0\ninfo: {title: t, version: '1'}\n" + rate(root, "") + "paths:\n  /a:\n" +
         rate(path, "    ") + "    get:\n      operationId: get_a\n" +
         "      responses: {'200': {description: d}}\n" + rate(get, "      ") +
         "    head: " + operation + "  /b:\n    get: " + operation;
}

std::string message_of(const std::string& text) {
  const auto contract = Contract::parse(text, "t.yaml");
  return contract ? "" : contract.error().message;
}

// Returns what is wrong with the limit of the operation.
std::string fault(const std::string& value) {
  return message_of(document("", "", value));
}

// Returns the limit of each operation, as "NAME: TEXT".
std::vector<std::string> limits(const std::string& text) {
  const Contract contract = Contract::parse(text, "t.yaml").value();
  std::vector<std::string> all;
  for (const Path& path : contract.paths()) {
    for (const Operation& operation : path.operations) {
      all.push_back(operation.rate == nullptr
                        ? "none"
                        : operation.rate->name + ": " + operation.rate->text());
    }
  }
  return all;
}

TEST(RateReader, TheNearestLimitCountsAsAWhole) {
  EXPECT_THAT(limits(document("", "", "")), testing::Each("none"));
  EXPECT_THAT(limits(document("{requests: 1000, seconds: 60, burst: 10, by: everyone}",
                              "{requests: 100, seconds: 60, by: address}",
                              "{requests: 5, seconds: 1, burst: 20}")),
              testing::ElementsAre("get_a: 5 in 1 s, 20 at once, by principal",
                                   "/a: 100 in 60 s by address",
                                   "default: 1000 in 60 s, 10 at once, by everyone"));
}

TEST(RateReader, OperationsWithoutTheirOwnShareOne) {
  const Contract contract =
      Contract::parse(document("{requests: 2, seconds: 1}", "", ""), "t.yaml").value();
  ASSERT_EQ(contract.rates().size(), 1u);
  for (const Path& path : contract.paths()) {
    for (const Operation& operation : path.operations) {
      EXPECT_EQ(operation.rate, &contract.rates().front());
    }
  }
}

TEST(RateReader, NamesAreUniqueAndFitIntoQuotes) {
  const std::string rate = "x-penstock-rate: {requests: 1, seconds: 1}";
  const std::string rest = rate + ", responses: {'204': {description: d}}}\n";
  const std::string text = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\n" + rate +
                           "\npaths:\n  '/a\"\\é':\n    " + rate + "\n    get: {" + rest +
                           "    put: {operationId: default, " + rest +
                           "    post: {operationId: default-2, " + rest +
                           "    patch: {operationId: " + std::string(200, 'x') + ", " + rest +
                           "    delete: {operationId: " + std::string(201, 'x') + ", " + rest;
  std::vector<std::string> names;
  const Contract contract = Contract::parse(text, "t.yaml").value();
  for (const RateLimit& one : contract.rates()) names.push_back(one.name);
  const std::string cut(100, 'x');
  // The methods are read in the order of the specification.
  EXPECT_THAT(names, testing::ElementsAre("default", "/a____", "GET /a____", "default-2",
                                          "default-2-2", cut, cut + "-2"));
}

TEST(RateReader, ALimitOfAWebhookHasANameToo) {
  const Contract contract =
      Contract::parse(
          "openapi: 3.1.0\ninfo: {title: t, version: '1'}\nwebhooks: {w: "
          "{x-penstock-rate: {requests: 1, seconds: 1}, get: {responses: {'204': "
          "{description: d}}}}}",
          "t.yaml")
          .value();
  ASSERT_EQ(contract.rates().size(), 1u);
  EXPECT_EQ(contract.rates().front().name, "rate");
}

TEST(RateReader, APathItemThatTwoPathsReferToHasOneLimit) {
  const std::string text =
      "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths:\n"
      "  /a: {$ref: '#/components/pathItems/p'}\n"
      "  /b: {$ref: '#/components/pathItems/p', x-penstock-rate: {requests: 7, seconds: 7}}\n"
      "  /c: {$ref: '#/components/pathItems/p'}\n"
      "components:\n  pathItems:\n    p:\n      x-penstock-rate: {requests: 1, seconds: 1}\n"
      "      get: {responses: {'204': {description: d}}}\n";
  EXPECT_THAT(limits(text),
              testing::ElementsAre("/a: 1 in 1 s by principal", "/b: 7 in 7 s by principal",
                                   "/a: 1 in 1 s by principal"));
}

TEST(RateReader, RefusesWhatIsNoLimit) {
  const struct {
    const char* value;
    const char* message;
  } rows[] = {
      {"100", "8:24: x-penstock-rate must be an object, such as {requests: 100, seconds: 60}"},
      {"{requests: 1}",
       "8:24: x-penstock-rate needs 'seconds': {requests: 100, seconds: 60} allows 100 requests a "
       "minute"},
      {"{seconds: 1}",
       "8:24: x-penstock-rate needs 'requests': {requests: 100, seconds: 60} allows 100 requests a "
       "minute"},
      {"{requests: 0, seconds: 1}",
       "8:35: x-penstock-rate: requests must be a whole number from 1 to 1000000000"},
      {"{requests: 1000000001, seconds: 1}",
       "8:35: x-penstock-rate: requests must be a whole number from 1 to 1000000000"},
      {"{requests: 1.5, seconds: 1}",
       "8:35: x-penstock-rate: requests must be a whole number from 1 to 1000000000"},
      {"{requests: '1', seconds: 1}",
       "8:35: x-penstock-rate: requests must be a whole number from 1 to 1000000000"},
      {"{requests: 1, seconds: 2678401}",
       "8:47: x-penstock-rate: seconds must be a whole number from 1 to 2678400"},
      {"{requests: 1, seconds: 1, burst: -1}",
       "8:57: x-penstock-rate: burst must be a whole number from 1 to 1000000000"},
      {"{requests: 1, seconds: 1, by: user}",
       "8:54: x-penstock-rate: by must be principal, address or everyone"},
      {"{requests: 1, seconds: 1, by: [address]}",
       "8:54: x-penstock-rate: by must be principal, address or everyone"},
      {"{requests: 1, seconds: 1, per: minute}",
       "8:50: x-penstock-rate: 'per' is not supported; there are requests, seconds, burst and by"},
  };
  for (const auto& row : rows) EXPECT_EQ(fault(row.value), std::string("t.yaml:") + row.message);
  EXPECT_EQ(fault("{requests: 1000000000, seconds: 2678400, burst: 1000000000}"), "");
}

TEST(RateReader, BoundsTheLimitsOfAContract) {
  const auto with = [](size_t count) {
    std::string text = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths:\n";
    for (size_t i = 0; i < count; ++i) {
      text += "  /" + std::to_string(i) +
              ": {x-penstock-rate: {requests: 1, seconds: 1}, get: {responses: {'204': "
              "{description: d}}}}\n";
    }
    return message_of(text);
  };
  EXPECT_EQ(with(RateReader::kLimitsMax), "");
  EXPECT_THAT(with(RateReader::kLimitsMax + 1),
              testing::HasSubstr("a contract may have at most 1000 of x-penstock-rate; write one "
                                 "for a path or the document"));
}

TEST(RateReader, AnExtensionAtAWrongPlaceIsRefused) {
  const std::string text = document("", "{requests: 1, seconds: 1}", "{requests: 1, seconds: 1}");
  const auto with = [&](size_t after, const std::string& other) {
    std::string changed = text;
    const size_t at = changed.find("x-penstock-rate", after);
    return message_of(changed.replace(at, std::string("x-penstock-rate").size(), other));
  };
  const size_t second = text.find("x-penstock-rate") + 1;
  EXPECT_EQ(with(0, "x-penstock-strict"),
            "t.yaml:5:5: 'x-penstock-strict' is not known here; the extensions at this place are "
            "x-penstock-handler and x-penstock-idempotency and x-penstock-rate");
  EXPECT_EQ(
      with(second, "x-penstock-rates"),
      "t.yaml:9:7: 'x-penstock-rates' is not known here; the extensions at this place are "
      "x-penstock-handler and x-penstock-idempotency and x-penstock-name and x-penstock-rate");
}

}  // namespace
}  // namespace penstock::contract
