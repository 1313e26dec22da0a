#include "aws/msk_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/region.h"
#include "aws/times.h"

namespace penstock::aws {
namespace {

const base::SystemTime kNow = *parse_timestamp("2026-11-24T16:52:20Z");

Credentials credentials() {
  return {.access_key_id = "AKIDEXAMPLE", .secret_access_key = Secret("secret"), .source = "test"};
}

std::string unpacked(std::string_view token) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  unsigned bits = 0, count = 0;
  for (const char c : token) {
    const size_t value = kAlphabet.find(c);
    EXPECT_NE(value, std::string::npos) << "not base64url: " << c;
    bits = bits << 6 | static_cast<unsigned>(value);
    if ((count += 6) >= 8) out += static_cast<char>(bits >> (count -= 8) & 0xff);
  }
  return out;
}

std::string url_of(const Credentials& signer, const MskCluster& cluster) {
  const auto token = sign_msk_token(signer, cluster, kNow);
  return token ? unpacked(token->value.reveal()) : token.error().message;
}

TEST(MskToken, LastsFifteenMinutesOrAsLongAsTheCredentials) {
  Credentials signer = credentials();
  EXPECT_EQ(sign_msk_token(signer, {"us-east-1"}, kNow)->expires, kNow + std::chrono::seconds(900));
  signer.expiration = kNow + std::chrono::hours(1);
  EXPECT_EQ(sign_msk_token(signer, {"us-east-1"}, kNow)->expires, kNow + std::chrono::seconds(900));
  signer.expiration = kNow + std::chrono::milliseconds(41'999);
  EXPECT_EQ(sign_msk_token(signer, {"us-east-1"}, kNow)->expires, kNow + std::chrono::seconds(41));
  EXPECT_THAT(url_of(signer, {"us-east-1"}), testing::HasSubstr("&X-Amz-Expires=41&"));
}

TEST(MskToken, IsNotSignedWithExpiredCredentials) {
  Credentials signer = credentials();
  signer.expiration = kNow;
  const auto token = sign_msk_token(signer, {"us-east-1"}, kNow);
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().message, "the credentials from the test expired at 2026-11-24T16:52:20Z");
}

TEST(MskToken, IsSignedForTheHostOfTheRegionsPartition) {
  EXPECT_THAT(url_of(credentials(), {"eu-central-1"}),
              testing::StartsWith("https://kafka.eu-central-1.amazonaws.com/?Action="));
  EXPECT_THAT(url_of(credentials(), {"cn-north-1"}),
              testing::StartsWith("https://kafka.cn-north-1.amazonaws.com.cn/?"));
  EXPECT_THAT(url_of(credentials(), {"us-gov-west-1"}),
              testing::StartsWith("https://kafka.us-gov-west-1.amazonaws.com/?"));
  EXPECT_THAT(url_of(credentials(), {"eusc-de-east-1"}),
              testing::StartsWith("https://kafka.eusc-de-east-1.amazonaws.eu/?"));
}

TEST(MskToken, IsSignedForTheHostThatIsSet) {
  EXPECT_THAT(url_of(credentials(), {"us-east-1", "kafka.example"}),
              testing::StartsWith("https://kafka.example/?"));
  // AWS's own signers sign for this one in China, too.
  EXPECT_THAT(url_of(credentials(), {"cn-north-1", "kafka.cn-north-1.amazonaws.com"}),
              testing::StartsWith("https://kafka.cn-north-1.amazonaws.com/?"));
}

TEST(MskToken, NamesTheProgramAfterTheSignature) {
  EXPECT_THAT(
      url_of(credentials(), {"us-east-1"}),
      testing::ContainsRegex("&X-Amz-Signature=[0-9a-f]+&User-Agent=penstock-msk-iam%2F1$"));
}

TEST(Region, IsFoundInAnMskHostName) {
  EXPECT_EQ(
      region_of_msk("b-1.mycluster.abc123.c2.kafka.us-east-1.amazonaws.com:9098,b-2.mycluster."
                    "abc123.c2.kafka.us-east-1.amazonaws.com:9098"),
      "us-east-1");
  EXPECT_EQ(region_of_msk("boot-abc.c1.kafka-serverless.eu-central-1.amazonaws.com:9098"),
            "eu-central-1");
  EXPECT_EQ(region_of_msk("b-1-public.m.c3.kafka.ap-southeast-2.amazonaws.com:9198"),
            "ap-southeast-2");
  EXPECT_EQ(region_of_msk("B-1.M.C3.KAFKA.CN-NORTH-1.AMAZONAWS.COM.CN:9098"), "cn-north-1");
  EXPECT_EQ(region_of_msk("b-1.m.c3.kafka.us-gov-west-1.amazonaws.com"), "us-gov-west-1");
  EXPECT_EQ(region_of_msk("b-1.m.c3.kafka.us-east-1.amazonaws.com:9098,"), "us-east-1");
  EXPECT_EQ(region_of_msk("SASL_SSL://b-1.m.c3.kafka.us-east-1.amazonaws.com:9098"), "us-east-1");
}

TEST(Region, IsNotFoundInOtherHostNames) {
  for (const char* host :
       {"", "localhost:9092", "kafka.us-east-1.amazonaws.com.example.com:9098",
        "b-1.kafka.us-east-1.example.com:9098", "b-1.kafka.useast1.amazonaws.com",
        "b-1.kafka.us-east-1", "10.0.0.1:9098", "b-1.kafka.cn-north-1.amazonaws.com",
        ".kafka..amazonaws.com", ",", "PLAINTEXT://b-1.m.c3.kafka.us-east-1.amazonaws.com:9098",
        "SASL_SSL://kafka.example.com:9098", "SASL_SSL://",
        // A token would go to each of them.
        "b-1.m.c3.kafka.us-east-1.amazonaws.com:9098,kafka.example.com:9098",
        "kafka.example.com:9098,b-1.m.c3.kafka.us-east-1.amazonaws.com:9098",
        "b-1.m.c3.kafka.us-east-1.amazonaws.com,b-1.m.c3.kafka.us-east-2.amazonaws.com"}) {
    EXPECT_EQ(region_of_msk(host), std::nullopt) << host;
  }
}

TEST(Region, IsRecognisedByItsForm) {
  EXPECT_TRUE(is_region("us-gov-west-1"));
  for (const char* text :
       {"", "us", "us-", "-us-1", "us_east_1", "us-east-1.evil.com", "us-east-1/", "US-EAST-1"}) {
    EXPECT_FALSE(is_region(text)) << text;
  }
}

}  // namespace
}  // namespace penstock::aws
