#include "aws/credentials/credential_documents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/times.h"

namespace penstock::aws {
namespace {

using testing::HasSubstr;

std::string problem(const base::Result<Credentials>& result) {
  return result ? "none" : result.error().message;
}

TEST(JsonCredentials, AreReadFromAnEndpoint) {
  const auto got =
      parse_json_credentials(R"({"RoleArn": "arn:aws:iam::1:role/x", "AccessKeyId": "AKID", )"
                             R"("SecretAccessKey": "sec/ret", "Token": "to+ken=", )"
                             R"("Expiration": "2026-11-24T16:52:20Z"})",
                             JsonForm::endpoint, {});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->access_key_id, "AKID");
  EXPECT_EQ(got->secret_access_key.reveal(), "sec/ret");
  EXPECT_EQ(got->session_token.reveal(), "to+ken=");
  EXPECT_EQ(timestamp(*got->expiration), "2026-11-24T16:52:20Z");
}

TEST(JsonCredentials, NeedNotExpireIfTheyAreOfAProcess) {
  const auto got = parse_json_credentials(
      R"({"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s", "SessionToken": "t"})",
      JsonForm::process, {});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->session_token.reveal(), "t");
  EXPECT_FALSE(got->expiration);
  EXPECT_EQ(problem(parse_json_credentials(R"({"AccessKeyId": "A", "SecretAccessKey": "s"})",
                                           JsonForm::process, {})),
            "\"Version\" is not 1");
}

TEST(JsonCredentials, AreRefusedWithoutBeingRepeatedIfIncompleteOrWrong) {
  const auto refuse = [](std::string_view text) {
    return problem(parse_json_credentials(text, JsonForm::endpoint, {}));
  };
  EXPECT_EQ(refuse("garbage"), "the document is not a JSON object");
  EXPECT_EQ(refuse("[]"), "the document is not a JSON object");
  EXPECT_EQ(refuse(std::string(100'000, '[')), "the document is larger than 64 KiB");
  EXPECT_EQ(refuse(std::string(10'000, '[')), "the document is not a JSON object");
  EXPECT_EQ(refuse(R"({"AccessKeyId": "A", "SecretAccessKey": "s"})"),
            "the Expiration of the credentials is not a time such as 2026-11-24T16:52:20Z");
  EXPECT_EQ(refuse(R"({"SecretAccessKey": "s", "Expiration": "2026-11-24T16:52:20Z"})"),
            "the access key id is missing");
  EXPECT_EQ(
      refuse(R"({"AccessKeyId": 1, "SecretAccessKey": "s", "Expiration": "2026-11-24T16:52:20Z"})"),
      "the access key id is missing");
  EXPECT_EQ(refuse(R"({"AccessKeyId": "A", "Expiration": "2026-11-24T16:52:20Z"})"),
            "the secret access key is missing");
  EXPECT_EQ(
      refuse("{\"AccessKeyId\": \"A\", \"SecretAccessKey\": \"s\\r\\nX-Evil: 1\", \"Expiration\": "
             "\"2026-11-24T16:52:20Z\"}"),
      "the access key or session token has a space or a character that is not ASCII");
}

TEST(JsonCredentials, AreRefusedWithTheReasonOfTheEndpoint) {
  const auto got = parse_json_credentials(
      "{\"Code\": \"AssumeRoleUnauthorizedAccess\", \"Message\": \"EC2 cannot\\nassume\"}",
      JsonForm::endpoint, {});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().message, "AssumeRoleUnauthorizedAccess: EC2 cannot assume");
  EXPECT_EQ(got.error().code, base::ErrorCode::refused);
}

constexpr const char* kSts =
    R"(<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult>
    <AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/x/y</Arn></AssumedRoleUser>
    <Credentials>
      <AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>a&amp;b</SecretAccessKey>
      <SessionToken>t</SessionToken><Expiration>2026-11-24T16:52:20Z</Expiration>
    </Credentials>
  </AssumeRoleResult>
  <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>
</AssumeRoleResponse>)";

TEST(StsCredentials, AreReadFromXml) {
  const auto got = parse_sts_credentials(kSts);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->access_key_id, "ASIA");
  EXPECT_EQ(got->secret_access_key.reveal(), "a&b");
  EXPECT_EQ(got->session_token.reveal(), "t");
  EXPECT_EQ(timestamp(*got->expiration), "2026-11-24T16:52:20Z");
}

TEST(StsCredentials, AreNotFoundInOtherDocuments) {
  EXPECT_EQ(problem(parse_sts_credentials("")), "the answer is not XML");
  EXPECT_EQ(problem(parse_sts_credentials("<a><b></a>")), "the answer is not XML");
  EXPECT_EQ(problem(parse_sts_credentials("<a><b/></a>")), "the answer has no Credentials");
  std::string deep;
  for (int i = 0; i < 20'000; ++i) deep += "<a>";
  EXPECT_EQ(problem(parse_sts_credentials(deep)), "the answer is not XML");
}

TEST(StsCredentials, AreRefusedWithCodeAndMessageOnOneLine) {
  EXPECT_EQ(
      sts_error(
          "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User\nmay "
          "not</Message></Error></ErrorResponse>",
          {}),
      "AccessDenied: User may not");
  EXPECT_EQ(sts_error("<html>", {}), "");
  EXPECT_EQ(sts_error("<ErrorResponse><Error><Code>" + std::string(5000, 'x') +
                          "</Code></Error></ErrorResponse>",
                      {})
                .size(),
            300u);
}

}  // namespace
}  // namespace penstock::aws
