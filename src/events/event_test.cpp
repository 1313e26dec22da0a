#include "events/event.h"

#include <gtest/gtest.h>

#include <set>

namespace penstock::events {
namespace {

TEST(Event, HasTheHeadersOfTheCloudeventsBinding) {
  Event event{.id = "i",
              .type = "com.example.t",
              .topic = "events",
              .source = "/hello_api",
              .time = {},
              .value = "{}"};
  std::array<Header, kHeadersMax> headers;
  ASSERT_EQ(record_headers(event, "2026-11-24T00:00:00.000000Z", headers), 6u);
  EXPECT_EQ(headers[0].name, "ce_specversion");
  EXPECT_EQ(headers[0].value, "1.0");
  EXPECT_EQ(headers[1].value, "i");
  EXPECT_EQ(headers[4].value, "2026-11-24T00:00:00.000000Z");
  EXPECT_EQ(headers[5].name, "content-type");
  event.trace.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  ASSERT_EQ(record_headers(event, "t", headers), 7u);
  EXPECT_EQ(headers[6].name, "traceparent");
  EXPECT_EQ(headers[6].value, event.trace.traceparent);
  event.trace.tracestate = "a=b";
  ASSERT_EQ(record_headers(event, "t", headers), 8u);
  EXPECT_EQ(headers[7].name, "tracestate");
  EXPECT_EQ(headers[7].value, "a=b");
  event.auth = AuthContextPlace({.type = "app_user", .id = "ann"});
  ASSERT_EQ(record_headers(event, "t", headers), kHeadersMax);
  EXPECT_EQ(headers[8].name, "ce_authtype");
  EXPECT_EQ(headers[8].value, "app_user");
  EXPECT_EQ(headers[9].name, "ce_authid");
  EXPECT_EQ(headers[9].value, "ann");
}

TEST(Event, HasNoIdOfACallerThatHasNone) {
  const Event event{.id = "i",
                    .type = "t",
                    .topic = "events",
                    .source = "/hello_api",
                    .time = {},
                    .value = "{}",
                    .auth = AuthContextPlace({.type = "unauthenticated"})};
  std::array<Header, kHeadersMax> headers;
  ASSERT_EQ(record_headers(event, "t", headers), 7u);
  EXPECT_EQ(headers[6].name, "ce_authtype");
  EXPECT_EQ(headers[6].value, "unauthenticated");
}

TEST(EventIds, AreVersion4UuidsAndDiffer) {
  EventIds ids;
  EventIds others;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = ids.next();
    EXPECT_EQ(id.size(), 36u);
    EXPECT_EQ(id[14], '4');
    EXPECT_TRUE(seen.insert(id).second);
    EXPECT_TRUE(seen.insert(others.next()).second);
  }
}

}  // namespace
}  // namespace penstock::events
