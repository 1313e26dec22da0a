#include "aws/services/sqs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_endpoint.h"

namespace penstock::aws {
namespace {

using base::ErrorCode;
using test::FakeEndpoint;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;
using Reply = FakeEndpoint::Reply;

const base::Environment kKeys{{"AWS_ACCESS_KEY_ID", "AKID"}, {"AWS_SECRET_ACCESS_KEY", "s"}};
constexpr const char* kArn = "arn:aws:sqs:eu-central-1:123456789012:failures";

class SqsTest : public testing::Test {
 protected:
  SqsTest()
      : endpoint_([](const std::string&) { return Reply{.body = R"({"MessageId":"id-1"})"}; }) {}

  SqsQueue queue() {
    auto made =
        SqsQueue::at(kArn, credential_chain_of(kKeys), {{"AWS_ENDPOINT_URL_SQS", endpoint_.url()}});
    EXPECT_TRUE(made);
    return std::move(*made);
  }
  void answer(const std::string& body) {
    endpoint_.answer_with([body](const std::string&) { return Reply{.body = body}; });
  }
  std::string url() { return "\"QueueUrl\":\"" + endpoint_.url() + "/123456789012/failures\""; }

  FakeEndpoint endpoint_;
};

TEST_F(SqsTest, SendsAnyTextThatSqsStores) {
  const auto id = queue().send("a\"b\\\n\tü\xF0\x9F\x90\x9F", {});
  ASSERT_TRUE(id) << id.error().message;
  EXPECT_EQ(*id, "id-1");
  EXPECT_THAT(endpoint_.requests().at(0),
              AllOf(StartsWith("POST / HTTP/1.1\r\n"),
                    HasSubstr("\r\nX-Amz-Target: AmazonSQS.SendMessage\r\n"),
                    HasSubstr("\r\nContent-Type: application/x-amz-json-1.0\r\n"),
                    HasSubstr("/eu-central-1/sqs/aws4_request, "),
                    EndsWith("\r\n\r\n{" + url() +
                             ",\"MessageBody\":\"a\\\"b\\\\\\n\\tü\xF0\x9F\x90\x9F\"}")));
  EXPECT_TRUE(queue().send(std::string(SqsQueue::kBodyBytesMax, 'x'), {}));
}

TEST_F(SqsTest, RefusesTextsThatSqsDoesNotStore) {
  for (const std::string& text : {std::string(), std::string("\0", 1), std::string("\x1b[0m"),
                                  std::string("\xff"), std::string("a\xEF\xBF\xBF")}) {
    const auto id = queue().send(text, {});
    ASSERT_FALSE(id);
    EXPECT_EQ(id.error().code, ErrorCode::invalid);
    EXPECT_THAT(id.error().message, StartsWith(std::string("sqs:SendMessage on ") + kArn + ": "));
  }
  const auto id = queue().send(std::string(SqsQueue::kBodyBytesMax + 1, 'x'), {});
  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().code, ErrorCode::too_large);
  EXPECT_THAT(
      id.error().message,
      EndsWith("1048577 bytes, but SQS accepts at most 1 MiB; use S3 instead, or send less"));
  EXPECT_TRUE(endpoint_.requests().empty());
}

TEST_F(SqsTest, ReceivesAndRemoves) {
  answer(R"({"Messages":[{"MessageId":"m","ReceiptHandle":"h/+=","MD5OfBody":"x",)"
         R"("Body":"\"\u00fc\ud83d\udc1f"},)"
         R"({"MessageId":"n","ReceiptHandle":"i","Body":""}]})");
  const auto messages = queue().receive(99, std::chrono::seconds(2), {}, std::chrono::seconds(30));
  ASSERT_TRUE(messages) << messages.error().message;
  ASSERT_EQ(messages->size(), 2U);
  EXPECT_EQ(messages->at(0).id, "m");
  EXPECT_EQ(messages->at(0).receipt_handle, "h/+=");
  EXPECT_EQ(messages->at(0).body, "\"ü\xF0\x9F\x90\x9F");
  EXPECT_THAT(
      endpoint_.requests().at(0),
      EndsWith("{" + url() +
               ",\"MaxNumberOfMessages\":10,\"WaitTimeSeconds\":2,\"VisibilityTimeout\":30}"));
  answer("");
  EXPECT_TRUE(queue().remove("h/+=", {}));
  EXPECT_THAT(endpoint_.requests().at(1), EndsWith("{" + url() + ",\"ReceiptHandle\":\"h/+=\"}"));
}

TEST_F(SqsTest, ReceivesTenLargeMessages) {
  std::string large = R"({"Messages":[)";
  for (int i = 0; i < 10; ++i) {
    std::string body;
    while (body.size() < 3 * 1'000'000) body += "\\u00fc";
    large += std::string(i == 0 ? "" : ",") + R"({"ReceiptHandle":"h","Body":")" + body + "\"}";
  }
  answer(large + "]}");
  const auto messages = queue().receive(10, {}, {});
  ASSERT_TRUE(messages) << messages.error().message;
  EXPECT_EQ(messages->at(9).body.size(), 1'000'000U);
  const auto fewer = queue().receive(1, {}, {});
  ASSERT_FALSE(fewer);
  EXPECT_EQ(fewer.error().code, ErrorCode::too_large);
}

// A redrive keeps the ids of all messages that it has seen.
TEST_F(SqsTest, RefusesALongId) {
  const auto with_id = [](size_t bytes) {
    return R"({"Messages":[{"ReceiptHandle":"h","Body":"b","MessageId":")" +
           std::string(bytes, 'x') + "\"}]}";
  };
  answer(with_id(100));
  EXPECT_TRUE(queue().receive(1, {}, {}));
  answer(with_id(101));
  const auto messages = queue().receive(1, {}, {});
  ASSERT_FALSE(messages);
  EXPECT_THAT(messages.error().message, EndsWith("the MessageId of a message is too long"));
}

TEST_F(SqsTest, AcceptsAnEmptyQueueAndRefusesGarbage) {
  for (const char* none : {"{}", R"({"Messages":[]})", R"({"Messages":null})"}) {
    answer(none);
    const auto messages = queue().receive(1, {}, {});
    ASSERT_TRUE(messages) << messages.error().message;
    EXPECT_TRUE(messages->empty());
  }
  for (const char* garbage :
       {"", "{", "[]", "<html>", R"({"Messages":1})", R"({"Messages":[1]})",
        R"({"Messages":[{"Body":"b"}]})", "{\"Messages\":[{\"ReceiptHandle\":\"\xff\"}]}"}) {
    answer(garbage);
    const auto messages = queue().receive(1, {}, {});
    ASSERT_FALSE(messages) << garbage;
    EXPECT_THAT(messages.error().message,
                StartsWith(std::string("sqs:ReceiveMessage on ") + kArn + ": "));
    EXPECT_FALSE(queue().send("x", {})) << garbage;
  }
}

TEST(SqsQueueArn, NamesAStandardQueue) {
  const auto problem = [](const std::string& arn) {
    const auto queue = SqsQueue::at(arn, credential_chain_of(kKeys), {});
    return queue ? "none" : queue.error().message;
  };
  EXPECT_EQ(problem(kArn), "none");
  EXPECT_EQ(problem("arn:aws:sqs:us-east-1:1:q.fifo"),
            "'arn:aws:sqs:us-east-1:1:q.fifo' is a FIFO queue: use a standard queue");
  for (const std::string wrong :
       {"q", "arn:aws:sns:us-east-1:1:q", "arn:aws:sqs::1:q", "arn:aws:sqs:us-east-1::q",
        "arn:aws:sqs:us-east-1:1:q/../r", "arn:aws:sqs:us-east-1:1:q:r"}) {
    EXPECT_EQ(problem(wrong),
              "'" + wrong + "' is not the ARN of a queue: write arn:aws:sqs:REGION:ACCOUNT:NAME");
  }
}

}  // namespace
}  // namespace penstock::aws
