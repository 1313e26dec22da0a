#include "aws/json/json_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/crc.hpp>

#include "aws/times.h"
#include "base/time_text.h"
#include "support/fake_endpoint.h"
#include "support/test_start.h"

namespace penstock::aws {
namespace {

using base::ErrorCode;
using test::FakeEndpoint;
using test::TestStart;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

using Reply = FakeEndpoint::Reply;

base::Environment variables(const std::string& url) {
  return {{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
          {"AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"},
          {"AWS_REGION", "eu-central-1"},
          {"AWS_ENDPOINT_URL_DYNAMODB", url}};
}

const JsonService kDynamoDb{.name = "dynamodb", .target = "DynamoDB_20120810"};

std::string error_body(const std::string& name, const std::string& message = "no") {
  return R"({"__type":"com.amazonaws.dynamodb.v20120810#)" + name + R"(","message":")" + message +
         "\"}";
}

class JsonClientTest : public testing::Test {
 protected:
  explicit JsonClientTest(FakeEndpoint::Answerer answerer = [](const auto&) { return Reply{"{}"}; })
      : server_(std::move(answerer)), start_(variables(server_.url())) {}

  base::Result<JsonAnswer> call(bool repeatable = true,
                                std::chrono::milliseconds time = TestStart::kPatience) {
    if (!client_) client_ = JsonClient::make(start_.start, kDynamoDb, settings_).value();
    return start_.run(
        client_->call("GetItem", R"({"TableName":"a"})", TestStart::within(time), repeatable));
  }

  FakeEndpoint server_;
  TestStart start_;
  upstream::Settings settings_;
  std::unique_ptr<JsonClient> client_;
};

TEST_F(JsonClientTest, SignsACallOfTheService) {
  const auto answer = call();
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->status, 200U);
  EXPECT_EQ(answer->body, "{}");
  EXPECT_FALSE(answer->is_error());
  const auto requests = server_.requests();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_THAT(requests[0],
              AllOf(HasSubstr("POST / HTTP/1.1\r\n"),
                    HasSubstr("\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\n"),
                    HasSubstr("\r\nContent-Type: application/x-amz-json-1.0\r\n"),
                    HasSubstr("\r\nUser-Agent: orders_api\r\n"),
                    HasSubstr("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"),
                    HasSubstr("/eu-central-1/dynamodb/aws4_request"),
                    HasSubstr("SignedHeaders=content-type;host;x-amz-date;x-amz-target"),
                    HasSubstr("\r\n\r\n{\"TableName\":\"a\"}")));
}

TEST_F(JsonClientTest, ReturnsAnErrorOfTheServiceAsAnAnswer) {
  server_.answer_with([](const auto&) {
    return Reply{error_body("ConditionalCheckFailedException", "The conditional request failed"),
                 "400 Bad Request"};
  });
  const auto answer = call(false);
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(answer->status, 400U);
  EXPECT_EQ(answer->error, "ConditionalCheckFailedException");
  EXPECT_EQ(answer->message, "The conditional request failed");
  EXPECT_THAT(server_.requests(), SizeIs(1));
}

TEST_F(JsonClientTest, TriesAThrottledCallAgainEvenIfItMayActOnce) {
  int calls = 0;
  server_.answer_with([&](const auto&) {
    if (++calls < 3) {
      return Reply{error_body("ProvisionedThroughputExceededException"), "400 Bad Request"};
    }
    return Reply{"{}"};
  });
  const auto answer = call(false);
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_THAT(server_.requests(), SizeIs(3));
}

TEST_F(JsonClientTest, SaysThatItIsThrottledToTheEnd) {
  server_.answer_with(
      [&](const auto&) { return Reply{error_body("ThrottlingException"), "400 Bad Request"}; });
  const auto answer = call(false);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(answer.error().retryable);
  EXPECT_EQ(answer.error().message,
            "GetItem: dynamodb takes no more calls for now (ThrottlingException)");
  EXPECT_THAT(server_.requests(), SizeIs(3));
}

TEST_F(JsonClientTest, SaysThatAFailedServiceMayHaveActed) {
  server_.answer_with([&](const auto&) {
    return Reply{error_body("InternalServerError"), "500 Internal Server Error"};
  });
  for (const bool repeatable : {false, true}) {
    const size_t before = server_.requests().size();
    const auto answer = call(repeatable);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::timed_out);
    EXPECT_FALSE(answer.error().retryable);
    EXPECT_EQ(server_.requests().size() - before, repeatable ? 3U : 1U);
  }
}

TEST_F(JsonClientTest, SaysThatItMayHaveActedBeforeItWasThrottled) {
  for (const char* refusal : {"ThrottlingException", "AccessDeniedException"}) {
    std::atomic<int> calls = 0;
    server_.answer_with([&](const auto&) {
      return calls++ == 0 ? Reply{error_body("InternalServerError"), "500 Internal Server Error"}
                          : Reply{error_body(refusal), "400 Bad Request"};
    });
    const auto answer = call(true);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::timed_out) << refusal;
    EXPECT_FALSE(answer.error().retryable) << refusal;
  }
}

TEST_F(JsonClientTest, SaysThatItMayHaveActedWhenTheConnectionBreaks) {
  server_.answer_with([&](const auto&) { return Reply{.raw = "HTTP/1.1 200 OK\r\nContent-L"}; });
  const auto answer = call(false);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::timed_out);
  EXPECT_FALSE(answer.error().retryable);
  EXPECT_THAT(server_.requests(), SizeIs(1));
}

TEST_F(JsonClientTest, RefusesWithoutRights) {
  server_.answer_with([&](const auto&) {
    return Reply{
        error_body("AccessDeniedException", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY is bad"),
        "400 Bad Request"};
  });
  const auto answer = call();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::refused);
  EXPECT_EQ(answer.error().message,
            "GetItem: dynamodb has refused the call (AccessDeniedException)");
  EXPECT_THAT(answer.error().detail,
              AllOf(HasSubstr("(secret) is bad"), HasSubstr("allow dynamodb:GetItem"),
                    HasSubstr("AKIDEXAMPLE"), Not(HasSubstr("wJalrXUtnFEMI"))));
}

TEST_F(JsonClientTest, CorrectsTheClockByTheServicesDate) {
  base::TimeText text;
  const auto now = std::chrono::system_clock::now() + std::chrono::hours(3);
  const std::string date = "Date: " + std::string(text.http_date(now)) + "\r\n";
  const std::string hour = amz_date(now).substr(0, 11);
  server_.answer_with([&](const std::string& request) {
    if (request.find("X-Amz-Date: " + hour) != std::string::npos) return Reply{"{}"};
    return Reply{error_body("InvalidSignatureException", "Signature expired: 2 is now earlier"),
                 "400 Bad Request", date};
  });
  for (int i = 0; i < 2; ++i) {
    const auto answer = call(false);
    ASSERT_TRUE(answer) << describe(answer.error());
  }
  EXPECT_THAT(server_.requests(), SizeIs(3)) << "the second call has the right time at once";
}

TEST_F(JsonClientTest, RefusesADamagedAnswer) {
  const std::string body = R"({"Item":{"a":{"S":"1"}}})";
  boost::crc_32_type crc;
  crc.process_bytes(body.data(), body.size());
  unsigned sum = crc.checksum();
  server_.answer_with([&](const auto&) {
    return Reply{.body = body, .headers = "x-amz-crc32: " + std::to_string(sum) + "\r\n"};
  });
  EXPECT_TRUE(call(false));
  ++sum;
  const auto damaged = call(false);
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, ErrorCode::timed_out);
  EXPECT_THAT(damaged.error().message, HasSubstr("damaged"));
}

TEST_F(JsonClientTest, FailsAtItsDeadline) {
  server_.answer_with([&](const auto&) { return Reply{.hang = true}; });
  const auto answer = call(true, std::chrono::milliseconds(100));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::timed_out);
}

TEST(JsonClientCredentials, RenewsThemOnceWhenTheyHaveExpired) {
  std::atomic<int> fetched = 0;
  FakeEndpoint source([&](const auto&) {
    const std::string key = "KEY" + std::to_string(++fetched);
    return Reply{
        test::json_credentials(key, "secret-of-" + key, "token-of-" + key, "2099-01-01T00:00:00Z")};
  });
  FakeEndpoint server([](const std::string& request) {
    if (request.find("Credential=KEY1/") == std::string::npos) return Reply{"{}"};
    return Reply{error_body("ExpiredTokenException"), "400 Bad Request"};
  });
  TestStart start({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", source.url() + "/keys"},
                   {"AWS_CONFIG_FILE", "/dev/null"},
                   {"AWS_SHARED_CREDENTIALS_FILE", "/dev/null"},
                   {"AWS_EC2_METADATA_DISABLED", "true"},
                   {"AWS_REGION", "eu-central-1"},
                   {"AWS_ENDPOINT_URL", server.url()}});
  const auto client = JsonClient::make(start.start, kDynamoDb).value();
  const auto answer = start.run(client->call("PutItem", "{}", TestStart::within(), false));
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(fetched, 2);
  EXPECT_THAT(server.requests(), SizeIs(2));
}

TEST(JsonClientCredentials, SaysWhyThereAreNone) {
  FakeEndpoint server([](const auto&) { return Reply{"{}"}; });
  TestStart start({{"AWS_CONFIG_FILE", "/dev/null"},
                   {"AWS_SHARED_CREDENTIALS_FILE", "/dev/null"},
                   {"AWS_EC2_METADATA_DISABLED", "true"},
                   {"AWS_REGION", "eu-central-1"},
                   {"AWS_ENDPOINT_URL", server.url()}});
  const auto client = JsonClient::make(start.start, kDynamoDb).value();
  const auto answer = start.run(client->call("PutItem", "{}", TestStart::within(), false));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(answer.error().retryable);
  EXPECT_EQ(answer.error().message, "PutItem: there are no AWS credentials that can be used");
  EXPECT_THAT(answer.error().detail, HasSubstr("no AWS credentials: environment: "));
  EXPECT_THAT(server.requests(), SizeIs(0));
  EXPECT_THAT(start.log_text(), HasSubstr("AWS credentials cannot be fetched"));
}

TEST(JsonClientCredentials, NeedARegionOrAnEndpoint) {
  TestStart start;
  const auto client = JsonClient::make(start.start, kDynamoDb);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code, ErrorCode::invalid);
  EXPECT_THAT(client.error().message, HasSubstr("set AWS_REGION"));
}

}  // namespace
}  // namespace penstock::aws
