#include "aws/services/service_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/services/sqs.h"
#include "support/fake_endpoint.h"

namespace penstock::aws {
namespace {

using base::ErrorCode;
using test::FakeEndpoint;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Reply = FakeEndpoint::Reply;

// These are answers of SQS and S3 (developer guides, "Interpreting JSON API responses" and "REST
// error responses").
constexpr const char* kNoQueue = R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist",)"
                                 R"("message":"The specified queue does not exist."})";
constexpr const char* kDenied = R"({"__type":"com.amazon.coral.service#AccessDeniedException",)"
                                R"("Message":"User: x is not authorized"})";
constexpr const char* kOtherRegion =
    "<?xml version=\"1.0\"?>\n<Error><Code>AuthorizationHeaderMalformed</Code><Message>the region "
    "'us-east-1' is "
    "wrong</Message><Region>eu-west-3</Region></Error>";

Credentials credentials(std::optional<std::chrono::minutes> left = {}) {
  Credentials made{.access_key_id = "AKID",
                   .secret_access_key = Secret("topsecret"),
                   .session_token = Secret("AverySecretToken"),
                   .source = "test"};
  if (left) made.expiration = std::chrono::system_clock::now() + *left;
  return made;
}

class ServiceTest : public testing::Test {
 protected:
  ServiceTest() : endpoint_([](const std::string&) { return Reply{.body = "fine"}; }) {}

  ServiceClient service(std::string_view name = "sqs",
                        std::optional<std::chrono::minutes> left = {},
                        Patience patience = {.timeout = std::chrono::seconds(10)}) {
    auto made = ServiceClient::at(
        name, "eu-central-1",
        [this, left](std::stop_token) -> base::Result<Credentials> {
          ++fetches_;
          return credentials(left);
        },
        {{"AWS_ENDPOINT_URL", endpoint_.url()}}, patience);
    EXPECT_TRUE(made);
    return std::move(*made);
  }
  base::Error failure(Reply reply) {
    endpoint_.answer_with([reply = std::move(reply)](const std::string&) { return reply; });
    const auto answer = service().call(call_, {});
    return answer ? base::Error{.message = "none"} : answer.error();
  }

  FakeEndpoint endpoint_;
  int fetches_ = 0;
  ServiceClient::Call call_{.body = "{}", .action = "sqs:SendMessage", .resource = "arn:q"};
};

TEST_F(ServiceTest, SignsRequests) {
  call_.path = "/b/a b+ü";
  call_.query = {{"x", "y z"}};
  const auto answer = service("s3").call(call_, {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(*answer, "fine");
  EXPECT_THAT(
      endpoint_.requests().at(0),
      AllOf(
          StartsWith("POST /b/a%20b%2B%C3%BC?x=y%20z HTTP/1.1\r\n"),
          HasSubstr("\r\nX-Amz-Security-Token: AverySecretToken\r\n"),
          HasSubstr("\r\nx-amz-content-sha256: " + sha256_hex("{}") + "\r\n"),
          HasSubstr("/eu-central-1/s3/aws4_request, "
                    "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, ")));
}

TEST_F(ServiceTest, TriesAgainAndNamesTheCallAndTheEndpoint) {
  endpoint_.answer_with([this](const std::string&) {
    return endpoint_.requests().size() < 3 ? Reply{.body = "<busy", .status = "500 Oops"}
                                           : Reply{.body = "at last"};
  });
  EXPECT_EQ(*service().call(call_, {}), "at last");
  const auto error = failure({.body = "", .status = "503 Slow Down"});
  EXPECT_EQ(error.message, "sqs:SendMessage on arn:q: " + endpoint_.url() + " answered 503");
  EXPECT_EQ(error.code, ErrorCode::unavailable);
  EXPECT_EQ(endpoint_.requests().size(), 6U);
}

TEST_F(ServiceTest, SaysWhatToDo) {
  const std::string begin = "sqs:SendMessage on arn:q: " + endpoint_.url() + " answered ";
  auto error = failure({.body = kNoQueue, .status = "400 Bad Request"});
  EXPECT_EQ(
      error.message,
      begin +
          "400: QueueDoesNotExist: The specified queue does not exist.; create it, or correct "
          "its name, account or region");
  EXPECT_EQ(error.code, ErrorCode::not_found);
  error = failure({.body = kDenied, .status = "400 Bad Request"});
  EXPECT_EQ(
      error.message,
      begin +
          "400: AccessDeniedException: User: x is not authorized; allow sqs:SendMessage on it "
          "to the credentials of test (AKID)");
  EXPECT_EQ(error.code, ErrorCode::refused);
  error = failure({.body = kOtherRegion, .status = "400 Bad Request"});
  EXPECT_THAT(error.message,
              HasSubstr("; it may be in eu-west-3 rather than eu-central-1: set AWS_REGION"));
  error = failure({.status = "301 Moved Permanently"});
  EXPECT_THAT(error.message,
              HasSubstr("301; it may be in another region rather than eu-central-1"));
  error =
      failure({.body = "<Error><Code>ExpiredToken</Code></Error>", .status = "400 Bad Request"});
  EXPECT_THAT(error.message, HasSubstr("400: ExpiredToken; renew the credentials of test (AKID)"));
  EXPECT_EQ(error.code, ErrorCode::unavailable);
  error = failure({.body = R"({"__type":"RequestThrottled"})", .status = "400 Bad Request"});
  EXPECT_EQ(error.code, ErrorCode::unavailable);
}

TEST_F(ServiceTest, NeverRepeatsASecret) {
  const auto error = failure(
      {.body = R"({"__type":"InvalidSignatureException","message":)"
               R"("should have been\nx-amz-security-token:AverySecretToken\nAverySecretToken\n"})",
       .status = "403 Forbidden"});
  EXPECT_THAT(error.message,
              AllOf(HasSubstr("InvalidSignatureException"), HasSubstr("-token:(secret)"),
                    Not(HasSubstr("AverySecretToken"))));
}

TEST_F(ServiceTest, ShowsNoSecretOfARequestThatIsRepeated) {
  const auto replaced = [](std::string text, const std::string& from, const std::string& to) {
    for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
      text.replace(at, from.size(), to);
    }
    return text;
  };
  const auto in_json = [&](const std::string& request) {
    return Reply{.body = R"({"__type":"InvalidSecurity","message":")" +
                         replaced(replaced(request, "\"", "\\\""), "\r\n", "\\n\\u001b[31m") +
                         "\"}",
                 .status = "403 Forbidden"};
  };
  const auto in_xml = [&](const std::string& request) {
    return Reply{.body = "<Error><Code>InvalidSecurity</Code><Message>" +
                         replaced(request, "&", "&amp;") + "</Message><Region>" +
                         replaced(request, "&", "&amp;") + "</Region></Error>",
                 .status = "403 Forbidden"};
  };
  for (const char* name : {"sqs", "s3"}) {
    // Each explanation is cut, so the headers with the secrets must come early in some of them.
    for (const char* from : {"POST", "X-Amz-Security-Token", "AverySecretToken", "Authorization"}) {
      endpoint_.answer_with([&, from](const std::string& request) {
        const std::string part = request.substr(request.find(from));
        return name == std::string("sqs") ? in_json(part) : in_xml(part);
      });
      const auto answer = service(name).call(call_, {});
      ASSERT_FALSE(answer);
      const std::string& message = answer.error().message;
      EXPECT_THAT(message, HasSubstr("InvalidSecurity"));
      EXPECT_THAT(message, Not(HasSubstr("AverySec")));
      EXPECT_THAT(message, Not(HasSubstr("topsecret")));
      EXPECT_THAT(message, Not(testing::ContainsRegex("Signature=[0-9a-f]")));
      EXPECT_EQ(message.find_first_of("\x1b\r\n"), std::string::npos) << message;
    }
  }
}

TEST_F(ServiceTest, SurvivesGarbage) {
  for (const std::string& body :
       {std::string("{"), std::string("[1]"), std::string("<"), std::string("\xff\x00z", 3),
        std::string(60'000, '['), std::string(60'000, '<'), "{\"__type\":7}" + std::string()}) {
    const auto error = failure({.body = body, .status = "400 Bad Request"});
    EXPECT_EQ(error.message, "sqs:SendMessage on arn:q: " + endpoint_.url() + " answered 400");
  }
}

TEST_F(ServiceTest, LimitsSizeAndTimeOfAnAnswer) {
  auto error = failure({.body = std::string(kDocumentBytesMax + 1, 'x')});
  EXPECT_EQ(error.code, ErrorCode::too_large);
  EXPECT_THAT(error.message, HasSubstr(" is too large (more than 65536 bytes)"));
  endpoint_.answer_with([](const std::string&) { return Reply{.hang = true}; });
  const auto answer =
      service("sqs", {}, {.timeout = std::chrono::milliseconds(50), .attempts = 2}).call(call_, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::timed_out);
}

TEST_F(ServiceTest, KeepsCredentialsOnlyIfTheirExpirationIsKnownAndFar) {
  auto lasting = service("sqs", std::chrono::minutes(60));
  EXPECT_TRUE(lasting.call(call_, {}) && lasting.call(call_, {}));
  EXPECT_EQ(fetches_, 1);
  endpoint_.answer_with([](const std::string&) {
    return Reply{.body = "<Error><Code>ExpiredToken</Code></Error>", .status = "400 Bad Request"};
  });
  EXPECT_FALSE(lasting.call(call_, {}) || lasting.call(call_, {}));
  EXPECT_EQ(fetches_, 2) << "after a refusal";
  for (const auto left :
       {std::optional<std::chrono::minutes>(), std::optional(std::chrono::minutes(4))}) {
    fetches_ = 0;
    auto other = service("sqs", left);
    (void)other.call(call_, {});
    (void)other.call(call_, {});
    EXPECT_EQ(fetches_, 2);
  }
}

TEST_F(ServiceTest, UsesCredentialsUntilTheyExpireIfNoNewerOnesCanBeFetched) {
  std::chrono::minutes left{4};
  auto service =
      ServiceClient::at("sqs", "eu-central-1",
                        [&](std::stop_token) -> base::Result<Credentials> {
                          if (++fetches_ == 1) return credentials(left);
                          return base::Error{.code = ErrorCode::timed_out, .message = "no answer"};
                        },
                        {{"AWS_ENDPOINT_URL", endpoint_.url()}});
  ASSERT_TRUE(service);
  EXPECT_TRUE(service->call(call_, {}));
  EXPECT_TRUE(service->call(call_, {}));
  EXPECT_EQ(fetches_, 2);
  left = -std::chrono::minutes(1);
  fetches_ = 0;
  auto expired =
      ServiceClient::at("sqs", "eu-central-1",
                        [&](std::stop_token) -> base::Result<Credentials> {
                          if (++fetches_ == 1) return credentials(left);
                          return base::Error{.code = ErrorCode::timed_out, .message = "no answer"};
                        },
                        {{"AWS_ENDPOINT_URL", endpoint_.url()}});
  ASSERT_TRUE(expired);
  EXPECT_TRUE(expired->call(call_, {})) << "the service decides about what was just fetched";
  EXPECT_EQ(expired->call(call_, {}).error().code, ErrorCode::timed_out);
}

TEST_F(ServiceTest, MakesNoRequestWithoutCredentialsOrAfterARequestToStop) {
  auto poor = ServiceClient::at("sqs", "eu-central-1",
                                [](std::stop_token) -> base::Result<Credentials> {
                                  return base::Error{.code = ErrorCode::not_found,
                                                     .message = "no AWS credentials"};
                                },
                                {{"AWS_ENDPOINT_URL", endpoint_.url()}});
  ASSERT_TRUE(poor);
  const auto refused = poor->call(call_, {});
  EXPECT_EQ(refused.error().message, "sqs:SendMessage on arn:q: no AWS credentials");
  EXPECT_EQ(refused.error().code, ErrorCode::refused) << "the queue may well be there";
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(service().call(call_, stop.get_token()).error().code, ErrorCode::unavailable);
  EXPECT_TRUE(endpoint_.requests().empty());
}

// An answer chooses no host: another one would get a signed request with the session token.
TEST_F(ServiceTest, GoesOnlyToItsEndpointWhateverIsAnswered) {
  FakeEndpoint other([](const std::string&) { return Reply{.body = "fine"}; });
  for (const char* status : {"301 Moved Permanently", "302 Found", "303 See Other",
                             "307 Temporary Redirect", "308 Permanent Redirect"}) {
    const auto error = failure({.body = "<Error><Code>PermanentRedirect</Code><Endpoint>" +
                                        other.url() + "</Endpoint></Error>",
                                .status = status,
                                .headers = "Location: " + other.url() + "/\r\n"});
    EXPECT_THAT(error.message, HasSubstr("answered 30")) << status;
  }
  endpoint_.answer_with([&](const std::string&) {
    return Reply{.body = R"({"MessageId":"1","QueueUrl":")" + other.url() + "/1/q\"}"};
  });
  auto queue =
      SqsQueue::at("arn:aws:sqs:eu-central-1:1:q",
                   [](std::stop_token) { return base::Result<Credentials>(credentials()); },
                   {{"AWS_ENDPOINT_URL", endpoint_.url()}});
  ASSERT_TRUE(queue);
  EXPECT_TRUE(queue->send("one", {}));
  EXPECT_TRUE(queue->send("two", {}));
  EXPECT_EQ(endpoint_.requests().size(), 7u);
  EXPECT_THAT(other.requests(), testing::IsEmpty());
}

std::string where(const std::string& region, const base::Environment& environment) {
  const auto service = ServiceClient::at("sqs", region, credential_chain_of({}), environment);
  return service ? service->endpoint().url.text() + service->endpoint().url.target
                 : service.error().message;
}

TEST(ServiceEndpoint, IsWhereTheEnvironmentSaysOrAtAws) {
  EXPECT_EQ(where("eu-central-1", {}), "https://sqs.eu-central-1.amazonaws.com/");
  EXPECT_EQ(where("cn-north-1", {}), "https://sqs.cn-north-1.amazonaws.com.cn/");
  EXPECT_EQ(where("", {}), "the region of SQS is not known: set AWS_REGION");
  EXPECT_EQ(where("evil.com/", {}), "'evil.com/' is not the name of an AWS region");
  EXPECT_EQ(where("", {{"AWS_ENDPOINT_URL", "http://localhost:1/aws"}}), "http://localhost:1/aws");
  EXPECT_EQ(where("", {{"AWS_ENDPOINT_URL", "http://a"}, {"AWS_ENDPOINT_URL_SQS", "http://b"}}),
            "http://b/");
  EXPECT_EQ(where("", {{"AWS_ENDPOINT_URL_SQS", "b"}}),
            "AWS_ENDPOINT_URL_SQS is not an http or https URL");
  EXPECT_EQ(where("", {{"AWS_ENDPOINT_URL", "http://a/?b"}}),
            "the endpoint http://a has a query, or a path with characters that must be encoded");
}

TEST(Arn, HasSixParts) {
  const auto arn = Arn::parse("arn:aws-cn:sqs:cn-north-1:123:a:b");
  ASSERT_TRUE(arn);
  EXPECT_EQ(arn->service, "sqs");
  EXPECT_EQ(arn->region, "cn-north-1");
  EXPECT_EQ(arn->account, "123");
  EXPECT_EQ(arn->resource, "a:b");
  for (const char* wrong : {"", "arn", "arn:aws:sqs:r:1:", "arn:aws:sqs:r:1", "arn:a/s:sqs:r:1:q",
                            "urn:aws:sqs:r:1:q", "arn:aws:sqs:evil.com/:1:q"}) {
    EXPECT_FALSE(Arn::parse(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace penstock::aws
