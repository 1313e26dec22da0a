#include "http/server/message.h"

#include <gtest/gtest.h>

namespace penstock::http {
namespace {

TEST(RequestMessage, HeadersAreFoundByNumberAndByNameInAnyCase) {
  RequestMessage message;
  message.set_start_line(Verb::get, "GET", "/hello?x=1");
  message.add_header(Field::host, "Host", "a");
  message.add_header(Field::unknown, "X-Amzn-Trace-Id", "Root=1");
  EXPECT_EQ(message.method(), "GET");
  EXPECT_EQ(message.target(), "/hello?x=1");
  EXPECT_EQ(message.header(Field::host), "a");
  EXPECT_EQ(message.header("x-amzn-trace-id"), "Root=1");
  EXPECT_EQ(message.header("absent"), "");
  EXPECT_EQ(message.count(Field::host), 1u);
}

TEST(RequestMessage, ClearLeavesNothingOfTheLastRequest) {
  RequestMessage message;
  message.set_start_line(Verb::post, "POST", "/");
  message.add_header(Field::host, "Host", "a");
  message.body = "secret";
  message.clear();
  EXPECT_EQ(message.header(Field::host), "");
  EXPECT_EQ(message.header_count(), 0u);
  EXPECT_EQ(message.target(), "");
  EXPECT_EQ(message.body, "");
}

}  // namespace
}  // namespace penstock::http
