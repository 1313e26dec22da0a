// These tests run the API program with a real Apache Kafka that checks every MSK IAM token. The
// credentials come from each source in turn, and are wrong in several ways.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "support/fixture.h"
#include "support/iam_api.h"
#include "support/kafka_client.h"

namespace penstock {
namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;
using test::eventually;
using test::expect_no_secret_in;
using test::FakeEndpoint;
using test::IamApi;
using test::IamKey;
using test::in_an_hour;
using test::json_of;
using test::key_of;
using test::kTokenStart;
using test::variable;
using testing::HasSubstr;
using testing::Not;
using Reply = FakeEndpoint::Reply;

class MskIamTest : public test::IamKafkaTest {
 protected:
  // Expects that Kafka accepts the API with these credentials, and that it stores an event.
  // `source` is the beginning of the source's name in the log.
  static void expect_stores(const base::Environment& environment, const std::string& source) {
    IamApi api(*kafka_, environment);
    ASSERT_TRUE(api.becomes_ready()) << api.readiness() << api.output();
    EXPECT_EQ(api.status(test::kStampPath + "Paul"), 200u) << api.output();
    EXPECT_THAT(api.output(),
                HasSubstr("\"message\":\"got AWS credentials\",\"source\":\"" + source));
    EXPECT_EQ(api.stop(), 0);
    EXPECT_THAT(api.output(), HasSubstr("AKIDTEST")) << "the access key's id is not a secret";
    expect_no_secret_in(api.output());
  }
};

TEST_F(MskIamTest, KeysInTheEnvironmentLetItIn) {
  expect_stores(keys(key_of(0)), "environment");
}

// The token lasts for 15 minutes, and the broker's certificate for a day.
TEST_F(MskIamTest, TheMetricsSayWhenTokenAndCertificateExpire) {
  IamApi api(*kafka_, keys(key_of(0)));
  ASSERT_TRUE(api.becomes_ready()) << api.readiness() << api.output();
  const double now = std::chrono::duration<double>(system_clock::now().time_since_epoch()).count();
  const auto token = api.metric("penstock_kafka_token_expiration_timestamp_seconds");
  ASSERT_TRUE(token);
  EXPECT_NEAR(*token, now + 15 * 60, 5 * 60);
  const auto certificate = api.metric("penstock_kafka_certificate_expiration_timestamp_seconds");
  ASSERT_TRUE(certificate);
  EXPECT_GT(*certificate, now + 20 * 3600);
  EXPECT_LT(*certificate, now + 28 * 3600);
}

TEST_F(MskIamTest, TheRoleOfAnInstanceLetsItIn) {
  FakeEndpoint metadata([](const std::string& request) {
    if (request.starts_with("PUT ")) return Reply{.body = "session"};
    return request.find("/role ") == std::string::npos ? Reply{.body = "role"} : json_of(key_of(0));
  });
  expect_stores({{"AWS_EC2_METADATA_DISABLED", "false"},
                 {"AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url()}},
                "instance metadata");
}

TEST_F(MskIamTest, ARoleByWebIdentityLetsItIn) {
  FakeEndpoint sts([](const std::string&) {
    const IamKey key = key_of(0);
    return Reply{.body = "<R><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>" +
                         key.access_key_id + "</AccessKeyId><SecretAccessKey>" +
                         key.secret_access_key + "</SecretAccessKey><SessionToken>" +
                         key.session_token + "</SessionToken><Expiration>" + in_an_hour() +
                         "</Expiration></Credentials></AssumeRoleWithWebIdentityResult></R>"};
  });
  expect_stores({{"AWS_ENDPOINT_URL_STS", sts.url()},
                 {"AWS_WEB_IDENTITY_TOKEN_FILE", "/etc/hostname"},
                 {"AWS_ROLE_ARN", "r"}},
                "role r");
}

TEST_F(MskIamTest, AProfileWithAProcessLetsItIn) {
  const test::TemporaryFolder folder;
  const IamKey key = key_of(0);
  std::ofstream(folder.path() / "config")
      << "[default]\ncredential_process = echo '{\"Version\": 1, \"AccessKeyId\": \""
      << key.access_key_id << "\", \"SecretAccessKey\": \"" << key.secret_access_key
      << "\", \"SessionToken\": \"" << key.session_token << "\"}'\n";
  expect_stores({{"AWS_CONFIG_FILE", (folder.path() / "config").string()}},
                "profile 'default' (credential_process)");
}

TEST_F(MskIamTest, AWrongSecretIsA503AndTheLogSaysWhy) {
  IamKey key = key_of(0);
  key.secret_access_key = "SECRETtest/other";
  IamApi api(*kafka_, keys(key));
  ASSERT_TRUE(eventually([&] {
    return api.readiness().find("signature mismatch") != std::string::npos;
  })) << api.readiness();
  EXPECT_EQ(api.status(test::kStampPath + "Paul"), 503u);
  EXPECT_EQ(api.status("/healthcheck"), 200u) << "the process itself is healthy";
  EXPECT_TRUE(eventually([&] {
    const std::string log = api.output();
    const size_t line = log.find("\"status\":503");
    return line != std::string::npos &&
           log.substr(line, log.find('\n', line) - line).find("signature mismatch") !=
               std::string::npos;
  })) << api.output();
  EXPECT_EQ(api.stop(), 0);
  expect_no_secret_in(api.output());
}

TEST_F(MskIamTest, AWrongRegionIsA503AndTheLogSaysWhy) {
  base::Environment environment = keys(key_of(0));
  environment.emplace(variable("AWS_MSK_CLUSTER_REGION"), "eu-west-1");
  IamApi api(*kafka_, environment);
  ASSERT_TRUE(eventually([&] {
    return api.readiness().find("host kafka.eu-west-1.amazonaws.com") != std::string::npos;
  })) << api.readiness();
  EXPECT_EQ(api.status(test::kStampPath + "Paul"), 503u);
}

TEST_F(MskIamTest, APrincipalThatMayDoNothingIsA500AndTheLogSaysWhatItMayNot) {
  IamKey poor = key_of(0);
  poor.principal = "reader";
  kafka_->know({poor});
  IamApi api(*kafka_, keys(poor));
  EXPECT_TRUE(eventually([&] { return api.status(test::kStampPath + "Paul") == 500; }))
      << api.output();
  const std::string hint =
      "Cluster authorization failed (with IAM, it needs kafka-cluster:WriteDataIdempotently)";
  EXPECT_TRUE(eventually([&] { return api.readiness().find(hint) != std::string::npos; }))
      << api.readiness();
  EXPECT_THAT(api.readiness(), HasSubstr("Kafka does not allow the producer to write: "));
  EXPECT_EQ(api.status(test::kFixedPath), 200u)
      << "an operation that publishes nothing still works";
}

TEST_F(MskIamTest, WhoMayNotMakeATopicWritesToTheOneThatIsThereAndTheLogTells) {
  ASSERT_TRUE(test::create_topic(kafka_->plain_bootstrap(), "given", 1));
  ASSERT_TRUE(test::allow_writing(kafka_->plain_bootstrap(), "User:author", "given"));
  IamKey author = key_of(0);
  author.principal = "author";
  kafka_->know({author});
  base::Environment environment = keys(author);
  environment.emplace(variable("AWS_MSK_CLUSTER_TOPIC"), "given");
  IamApi api(*kafka_, environment);
  EXPECT_TRUE(eventually([&] { return api.status(test::kStampPath + "Paul") == 200; }))
      << api.output();
  EXPECT_THAT(api.output(),
              HasSubstr("\"the topic cannot be created here and must already exist\","
                        "\"topic\":\"given\",\"reason\":\"Authorization failed. (with IAM, it "
                        "needs kafka-cluster:CreateTopic)\""));
}

TEST_F(MskIamTest, AWrongClockIsToldInSeconds) {
  FakeEndpoint container([](const std::string&) {
    Reply reply = json_of(key_of(0));
    base::TimeText text;
    reply.headers = "Date: " + std::string(text.http_date(system_clock::now() + 412s)) + "\r\n";
    return reply;
  });
  IamApi api(*kafka_, {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", container.url()}});
  ASSERT_TRUE(api.becomes_ready()) << api.output();
  EXPECT_THAT(api.output(), testing::ContainsRegex(
                                "this machine's clock is wrong[^\n]*\"seconds_behind\":41[123]"));
}

TEST_F(MskIamTest, WithoutCredentialsItSaysWhichSourcesWereTried) {
  IamApi api(*kafka_, {});
  ASSERT_TRUE(eventually(
      [&] { return api.output().find("cannot get AWS credentials") != std::string::npos; }));
  EXPECT_EQ(api.status(test::kStampPath + "Paul"), 503u);
  EXPECT_THAT(api.readiness(),
              HasSubstr("{\"name\":\"aws_credentials\",\"ready\":false,\"reason\":\"no AWS "
                        "credentials: environment: AWS_ACCESS_KEY_ID is not set; "));
  EXPECT_THAT(api.output(), HasSubstr("\"status\":503"));
}

TEST_F(MskIamTest, TheTokenCommandPrintsATokenAndNoSecret) {
  const test::TemporaryFolder folder;
  base::Environment environment = keys(key_of(0));
  test::Program program(test::kApiProgram,
                        {"token", "--region", "cn-north-1", "--at", "2026-11-24T16:52:20Z"},
                        environment, folder.path() / "out");
  EXPECT_EQ(program.exit_status(), 0);
  const std::string output = program.output();
  EXPECT_THAT(output, HasSubstr(kTokenStart));
  for (const char* line :
       {"credentials        environment\n", "access key id      AKIDTEST0\n",
        "session token      present\n", "signing host       kafka.cn-north-1.amazonaws.com.cn\n",
        "signed at          2026-11-24T16:52:20Z\n", "token expires      2026-11-24T17:07:20Z\n"}) {
    EXPECT_THAT(output, HasSubstr(line));
  }
  EXPECT_THAT(output, Not(HasSubstr("SECRETtest")));
  EXPECT_THAT(output, Not(HasSubstr("SESSIONtest")));

  test::Program wrong(test::kApiProgram, {"token", "--at", "noon", "--region", "us-east-1"},
                      environment, folder.path() / "wrong");
  EXPECT_EQ(wrong.exit_status(), 1);
  EXPECT_THAT(wrong.output(), HasSubstr("--at must be a time such as 2026-11-24T16:52:20Z"));
  test::Program nowhere(test::kApiProgram, {"token"}, environment, folder.path() / "nowhere");
  EXPECT_EQ(nowhere.exit_status(), 1);
  EXPECT_THAT(nowhere.output(), HasSubstr("set " + variable("AWS_MSK_CLUSTER_REGION")));
}

}  // namespace
}  // namespace penstock
