// Tests the headers of events; tests/judges holds whole documents against the schema of AsyncAPI.
#include "contract/events/asyncapi.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "contract/openapi/contract.h"

namespace penstock::contract {
namespace {

// Returns the schema of the headers of the events of two operations, each with these members of its
// `x-event`.
boost::json::value headers(const std::string& first, const std::string& second) {
  const auto operation = [](const std::string& more) {
    return "{x-event: {type: t.a, topic: as" + more + "}, responses: {'204': {description: d}}}";
  };
  const Contract contract =
      Contract::parse(
          "openapi: 3.1.0\ninfo: {title: t, version: '1'}\nsecurity: []\npaths: {/a: "
          "{get: " +
              operation(first) + ", put: " + operation(second) + "}}",
          "t.yaml")
          .value();
  return asyncapi_of(contract).at("components").at("messages").at("t.a").at("headers");
}

bool requires_sender(const boost::json::value& headers) {
  const auto& required = headers.at("required").as_array();
  return std::find(required.begin(), required.end(), "ce_authtype") != required.end();
}

TEST(Asyncapi, TheHeadersSayWhoHasSentTheRequestIfTheEventDoes) {
  const auto none = headers("", "");
  EXPECT_FALSE(requires_sender(none));
  EXPECT_FALSE(none.at("properties").as_object().contains("ce_authtype"));
  EXPECT_FALSE(none.at("properties").as_object().contains("ce_authid"));

  const auto all = headers(", auth_context: true", ", auth_context: true");
  EXPECT_TRUE(requires_sender(all));
  EXPECT_EQ(serialize(all.at("properties").at("ce_authtype")),
            R"({"enum":["app_user","user","service_account","api_key","system",)"
            R"("unauthenticated","unknown"]})");
  EXPECT_EQ(serialize(all.at("properties").at("ce_authid")), R"({"type":"string"})");
}

// A message of AsyncAPI is for all events of a type.
TEST(Asyncapi, AHeaderThatSomeEventsHaveIsOptional) {
  for (const bool is_first : {true, false}) {
    const std::string with = ", auth_context: true";
    const auto some = headers(is_first ? with : "", is_first ? "" : with);
    EXPECT_FALSE(requires_sender(some));
    EXPECT_TRUE(some.at("properties").as_object().contains("ce_authtype"));
    EXPECT_TRUE(some.at("properties").as_object().contains("ce_authid"));
  }
}

// An operation of AsyncAPI has one channel, so an operation that writes to two topics is two.
TEST(Asyncapi, SeveralEventsAreMessagesOfAnOperationForEachTopic) {
  const Contract contract =
      Contract::parse(
          "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/a: {post: {operationId: place, "
          "x-events: {events: [{type: t.a, topic: as}, {type: t.b, topic: bs}, {type: t.c, topic: "
          "as}]}, responses: {'204': {description: d}}}}}",
          "t.yaml")
          .value();
  const auto document = asyncapi_of(contract);
  const auto& operations = document.at("operations").as_object();
  ASSERT_EQ(operations.size(), 2u);
  EXPECT_EQ(serialize(operations.at("place").at("messages")),
            R"([{"$ref":"#/channels/as/messages/t.a"},{"$ref":"#/channels/as/messages/t.c"}])");
  EXPECT_EQ(serialize(operations.at("place.bs").at("messages")),
            R"([{"$ref":"#/channels/bs/messages/t.b"}])");
  EXPECT_EQ(document.at("components").at("messages").as_object().size(), 3u);
}

}  // namespace
}  // namespace penstock::contract
