#include <gtest/gtest.h>

#include "idempotency/store.h"

namespace penstock::idempotency {
namespace {

StoredAnswer created() {
  return {.status = 201,
          .content_type = "application/json",
          .headers = {{"location", "/orders/7"}, {"x-odd", "\xff\x01"}},
          .body = R"({"id":"7","name":"Jürgen"})"};
}

void expect_same(const StoredAnswer& answer) {
  const auto read = answer_of(answer_text(answer));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->status, answer.status);
  EXPECT_EQ(read->content_type, answer.content_type);
  EXPECT_EQ(read->headers, answer.headers);
  EXPECT_EQ(read->body, answer.body);
}

TEST(StoredAnswer, IsTheSameAfterItsText) {
  expect_same(created());
  StoredAnswer binary = created();
  binary.body.clear();
  for (int byte = 0; byte < 256; ++byte) binary.body += static_cast<char>(byte);
  expect_same(binary);
  expect_same({.status = 204});
}

TEST(StoredAnswer, HasATextThatIsReadable) {
  EXPECT_EQ(answer_text(created()), R"({"status":201,"content_type":"application/json",)"
                                    R"("headers":[["location","/orders/7"],["x-odd",["ff01"]]],)"
                                    R"("body":"{\"id\":\"7\",\"name\":\"Jürgen\"}"})");
  EXPECT_EQ(bytes_of(created()), 16U + 17 + 7 + 27);
}

TEST(StoredAnswer, IsNotMadeOfOtherTexts) {
  for (const char* text : {"", "null", "[]", "{}", R"({"status":201})",
                           R"({"status":99,"content_type":"","headers":[],"body":""})",
                           R"({"status":600,"content_type":"","headers":[],"body":""})",
                           R"({"status":"201","content_type":"","headers":[],"body":""})",
                           R"({"status":201,"content_type":1,"headers":[],"body":""})",
                           R"({"status":201,"content_type":"","headers":[["a"]],"body":""})",
                           R"({"status":201,"content_type":"","headers":{},"body":""})",
                           R"({"status":201,"content_type":"","headers":[],"body":["abc"]})",
                           R"({"status":201,"content_type":"","headers":[],"body":["zz"]})",
                           R"({"status":201,"content_type":"","headers":[],"body":[]})"}) {
    EXPECT_FALSE(answer_of(text)) << text;
  }
}

}  // namespace
}  // namespace penstock::idempotency
