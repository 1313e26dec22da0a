#include "aws/services/secrets_manager.h"

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
using testing::Not;
using testing::StartsWith;
using Reply = FakeEndpoint::Reply;

const base::Environment kKeys{{"AWS_ACCESS_KEY_ID", "AKID"}, {"AWS_SECRET_ACCESS_KEY", "s"}};
constexpr const char* kArn =
    "arn:aws:secretsmanager:eu-central-1:123456789012:secret:a/keys-AbCdEf";

class StoredSecretTest : public testing::Test {
 protected:
  base::Result<base::WipedText> value(Reply reply) {
    endpoint_.answer_with([reply = std::move(reply)](const std::string&) { return reply; });
    auto made = StoredSecret::at(kArn, credential_chain_of(kKeys),
                                 {{"AWS_ENDPOINT_URL_SECRETS_MANAGER", endpoint_.url()}});
    if (!made) return made.error();
    return made->value({});
  }
  std::string failure(Reply reply) {
    const auto found = value(std::move(reply));
    return found ? "none" : found.error().message;
  }

  FakeEndpoint endpoint_{[](const std::string&) { return Reply{}; }};
};

TEST_F(StoredSecretTest, GivesTheCurrentText) {
  const auto text = value({.body = R"({"Name":"a","SecretString":"{\"keys\":[\u00e9]}"})"});
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(*text, "{\"keys\":[é]}");
  EXPECT_THAT(endpoint_.requests().at(0),
              AllOf(StartsWith("POST / HTTP/1.1\r\n"),
                    HasSubstr("\r\nX-Amz-Target: secretsmanager.GetSecretValue\r\n"),
                    HasSubstr("\r\nContent-Type: application/x-amz-json-1.1\r\n"),
                    HasSubstr("/eu-central-1/secretsmanager/aws4_request, "),
                    EndsWith("\r\n\r\n{\"SecretId\":\"" + std::string(kArn) + "\"}")));
  // A value may be as long as AWS allows, even if each of its characters is written as six.
  std::string escaped;
  for (size_t i = 0; i < StoredSecret::kBytesMax; ++i) escaped += "\\u0001";
  const auto longest = value({.body = "{\"SecretString\":\"" + escaped + "\"}"});
  ASSERT_TRUE(longest) << longest.error().message;
  EXPECT_EQ(longest->size(), StoredSecret::kBytesMax);
}

TEST_F(StoredSecretTest, NamesThePermissionThatIsMissing) {
  EXPECT_THAT(
      failure({.body = R"({"__type":"AccessDeniedException","Message":"User x is not allowed"})",
               .status = "400 Bad Request"}),
      AllOf(HasSubstr("allow secretsmanager:GetSecretValue on it to the credentials of"),
            Not(HasSubstr("kms"))));
  EXPECT_THAT(failure({.body = R"({"__type":"AccessDeniedException",)"
                               R"("Message":"Access to KMS is not allowed"})",
                       .status = "400 Bad Request"}),
              EndsWith("; allow kms:Decrypt on the secret's key, too"));
  const auto absent = value({.body = R"({"__type":"ResourceNotFoundException","Message":"no"})",
                             .status = "400 Bad Request"});
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, ErrorCode::not_found);
}

TEST_F(StoredSecretTest, TakesATextOnly) {
  EXPECT_THAT(failure({.body = R"({"SecretBinary":"c2VjcmV0"})"}),
              AllOf(HasSubstr("the value is binary"), Not(HasSubstr("c2VjcmV0"))));
  for (const char* body : {"", "[]", "secret", "{\"SecretString\":1}"}) {
    EXPECT_THAT(failure({.body = body}), HasSubstr("the answer is not a JSON object")) << body;
  }
}

TEST(StoredSecret, KnowsTheArnsOfSecrets) {
  EXPECT_TRUE(StoredSecret::check(kArn));
  for (const char* wrong : {"", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:",
                            "a/keys", "arn:aws:secretsmanager::123456789012:secret:a",
                            "arn:aws:ssm:eu-central-1:123456789012:secret:a",
                            "arn:aws:secretsmanager:eu-central-1:123456789012:parameter:a",
                            "arn:aws:secretsmanager:eu-central-1:123456789012:secret:a\"b"}) {
    const auto verdict = StoredSecret::check(wrong);
    ASSERT_FALSE(verdict) << wrong;
    EXPECT_THAT(verdict.error().message, HasSubstr("is not the ARN of a secret"));
  }
}

}  // namespace
}  // namespace penstock::aws
