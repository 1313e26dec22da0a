#include "contract/openapi/handler_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "contract/openapi/contract.h"

namespace penstock::contract {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Returns a document with two paths. Each argument is the value of an `x-penstock-handler`, or
// empty: that of the document, of /a and of its get.
std::string document(const std::string& root, const std::string& path, const std::string& get) {
  const auto limits = [](const std::string& value, const std::string& indent) {
    return value.empty() ? "" : indent + "x-penstock-handler: " + value + "\n";
  };
  const std::string operation = "{responses: {'204': {description: d}}}\n";
  return "openapi: 3.1.0\ninfo: {title: t, version: '1'}\n" + limits(root, "") + "paths:\n  /a:\n" +
         limits(path, "    ") + "    get:\n      operationId: get_a\n" +
         "      responses: {'200': {description: d}}\n" + limits(get, "      ") +
         "    post: " + operation + "  /b:\n    get: " + operation;
}

std::string fault(const std::string& value) {
  const auto contract = Contract::parse(document("", "", value), "t.yaml");
  return contract ? "" : contract.error().message;
}

// Returns the limits of each operation, as "IN_FLIGHT/MILLISECONDS".
std::vector<std::string> limits(const std::string& text) {
  const Contract contract = Contract::parse(text, "t.yaml").value();
  std::vector<std::string> all;
  for (const Path& path : contract.paths()) {
    for (const Operation& operation : path.operations) {
      const HandlerLimits* own = operation.handler;
      all.push_back(own == nullptr ? "none"
                                   : std::to_string(own->in_flight) + '/' +
                                         std::to_string(own->deadline.count()));
    }
  }
  return all;
}

TEST(HandlerReader, TheNearestCountsAsAWhole) {
  EXPECT_THAT(limits(document("", "", "")), ElementsAre("none", "none", "none"));
  EXPECT_THAT(limits(document("{in_flight: 10, deadline_ms: 100}", "{in_flight: 20}",
                              "{deadline_ms: 900000}")),
              ElementsAre("256/900000", "20/5000", "10/100"));
  EXPECT_THAT(limits(document("", "{in_flight: 100000}", "")),
              ElementsAre("100000/5000", "100000/5000", "none"));
}

TEST(HandlerReader, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(fault("7"), HasSubstr("x-penstock-handler must be an object"));
  EXPECT_THAT(fault("{inflight: 7}"),
              HasSubstr("'inflight' is not supported; there are in_flight and deadline_ms"));
  for (const char* number : {"0", "-1", "100001", "1.5", "'7'", "null", "[1]"}) {
    EXPECT_THAT(fault("{in_flight: " + std::string(number) + "}"),
                HasSubstr("in_flight must be a whole number from 1 to 100000"))
        << number;
  }
  EXPECT_THAT(fault("{deadline_ms: 900001}"),
              HasSubstr("deadline_ms must be a whole number from 1 to 900000"));
}

}  // namespace
}  // namespace penstock::contract
