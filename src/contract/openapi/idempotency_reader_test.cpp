#include "contract/openapi/idempotency_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "contract/openapi/contract.h"

namespace penstock::contract {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Returns a document with two paths. Each argument is the value of an `x-penstock-idempotency`, or
// empty: that of the document, of /a, of its get and of its post.
std::string document(const std::string& root, const std::string& path, const std::string& get,
                     const std::string& post) {
  const auto rule = [](const std::string& value, const std::string& indent) {
    return value.empty() ? "" : indent + "x-penstock-idempotency: " + value + "\n";
  };
  const std::string responses = "      responses: {'200': {description: d}}\n";
  return "openapi: 3.1.0\ninfo: {title: t, version: '1'}\n" + rule(root, "") + "paths:\n  /a:\n" +
         rule(path, "    ") + "    get:\n" + responses + rule(get, "      ") + "    post:\n" +
         responses + rule(post, "      ") + "  /b:\n    delete:\n" + responses;
}

std::string fault(const std::string& get, const std::string& post) {
  const auto contract = Contract::parse(document("", "", get, post), "t.yaml");
  return contract ? "" : contract.error().message;
}

// Returns the rule of each operation, as "HOURS" or "HOURS required".
std::vector<std::string> rules(const std::string& text) {
  const Contract contract = Contract::parse(text, "t.yaml").value();
  std::vector<std::string> all;
  for (const Path& path : contract.paths()) {
    for (const Operation& operation : path.operations) {
      const IdempotencyRule* rule = operation.idempotency;
      all.push_back(rule == nullptr ? "none"
                                    : std::to_string(rule->hours.count()) +
                                          (rule->required ? " required" : ""));
    }
  }
  return all;
}

TEST(IdempotencyReader, TheNearestCountsAsAWholeForWhatStores) {
  EXPECT_THAT(rules(document("", "", "", "")), ElementsAre("none", "none", "none"));
  EXPECT_THAT(rules(document("{required: true, hours: 8760}", "", "", "{hours: 1}")),
              ElementsAre("none", "1", "8760 required"));
  EXPECT_THAT(rules(document("{}", "{required: true}", "", "")),
              ElementsAre("none", "24 required", "24"));
  EXPECT_THAT(rules(document("{}", "", "", "false")), ElementsAre("none", "none", "24"));
}

TEST(IdempotencyReader, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(fault("{}", ""), HasSubstr("GET stores nothing"));
  for (const char* wrong : {"7", "true", "[]", "text"}) {
    EXPECT_THAT(fault("", wrong), HasSubstr("x-penstock-idempotency must be false, or an object"));
  }
  EXPECT_THAT(fault("", "{hour: 7}"),
              HasSubstr("'hour' is not supported; there are required and hours"));
  for (const char* hours : {"0", "-1", "8761", "1.5", "'7'"}) {
    EXPECT_THAT(fault("", "{hours: " + std::string(hours) + "}"),
                HasSubstr("hours must be a whole number from 1 to 8760"))
        << hours;
  }
  EXPECT_THAT(fault("", "{required: 1}"), HasSubstr("required must be true or false"));
}

}  // namespace
}  // namespace penstock::contract
