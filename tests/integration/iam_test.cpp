// These tests authenticate the producer at a real Apache Kafka that checks every token.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <functional>

#include "aws/msk_token.h"
#include "support/iam_kafka.h"
#include "support/kafka_client.h"
#include "support/program.h"
#include "support/running_producer.h"

namespace penstock {
namespace {

using events::DeliveryOutcome;
using kafka::Producer;
using std::chrono::seconds;
using std::chrono::system_clock;
using test::eventually;
using test::IamKey;
using test::RunningProducer;
using testing::AnyOf;
using testing::HasSubstr;

const IamKey kGood{.access_key_id = "AKIDGOOD",
                   .secret_access_key = "good/secret+1",
                   .session_token = "session/token+=&~"};

aws::Credentials credentials_of(const IamKey& key) {
  return {.access_key_id = key.access_key_id,
          .secret_access_key = aws::Secret(key.secret_access_key),
          .session_token = aws::Secret(key.session_token),
          .expiration = key.end,
          .source = "test"};
}

// Tokens gets its tokens from a function, and counts how many were refused.
class Tokens final : public kafka::TokenSource {
 public:
  using Make = std::function<base::Result<kafka::Token>()>;
  explicit Tokens(Make make) : make_(std::move(make)) {}
  base::Result<kafka::Token> token() override { return make_(); }
  void refused() override { ++refusals; }

  std::atomic<int> refusals = 0;

 private:
  const Make make_;
};

// Returns a function that signs tokens with the key as of `late` ago. To the client
// they are valid for 15 minutes.
Tokens::Make signed_by(const IamKey& key, const std::string& region = "us-east-1",
                       seconds late = seconds(0)) {
  return [=]() -> base::Result<kafka::Token> {
    const auto now = system_clock::now();
    const auto token = aws::sign_msk_token(credentials_of(key),
                                           {region, "kafka.us-east-1.amazonaws.com"}, now - late);
    if (!token) return token.error();
    return kafka::Token{.value = token->value.reveal(), .expires = now + seconds(900)};
  };
}

class IamTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = test::IamKafka::start({});
    if (started) kafka_ = std::move(*started);
    problem_ = started ? "" : started.error().message;
    if (kafka_) ::setenv("SSL_CERT_FILE", kafka_->certificate_file().c_str(), 1);
  }
  static void TearDownTestSuite() { kafka_.reset(); }
  void SetUp() override {
    ASSERT_NE(kafka_, nullptr) << problem_;
    kafka_->know({kGood});
  }

  static kafka::Settings settings(Tokens& tokens) {
    kafka::Settings settings{.bootstrap = kafka_->bootstrap(), .client_id = "iam_test"};
    settings.tokens = &tokens;
    return settings;
  }
  // Expects that a producer with these tokens stores nothing and gives the broker's reason for it.
  static void expect_refused(Tokens::Make make, const std::string& reason) {
    Tokens tokens(std::move(make));
    RunningProducer producer(settings(tokens), {"events"});
    EXPECT_TRUE(eventually([&] {
      return kafka_->verdicts().find("refused " + reason + "\n") != std::string::npos;
    })) << kafka_->verdicts();
    EXPECT_TRUE(eventually([&] { return tokens.refusals > 0; }));
    const events::DeliveryReport report = producer.publish_and_wait("x");
    EXPECT_EQ(report.outcome, DeliveryOutcome::not_stored);
    EXPECT_THAT(producer.ask([](Producer& p) { return p.not_ready_reason(); }),
                HasSubstr("refused " + reason));
    EXPECT_THAT(report.reason,
                AnyOf(HasSubstr("refused " + reason), HasSubstr("not known to exist")));
  }

  static std::unique_ptr<test::IamKafka> kafka_;
  static std::string problem_;
};

std::unique_ptr<test::IamKafka> IamTest::kafka_;
std::string IamTest::problem_;

TEST_F(IamTest, TheRightSecretStoresEvents) {
  Tokens tokens(signed_by(kGood));
  RunningProducer producer(settings(tokens), {"events"});
  EXPECT_EQ(producer.publish_until(DeliveryOutcome::stored, "1").outcome, DeliveryOutcome::stored);
  EXPECT_EQ(producer.ask([](Producer& p) { return p.not_ready_reason(); }), "");
  EXPECT_EQ(tokens.refusals, 0);
}

TEST_F(IamTest, AWrongSecretIsRefused) {
  IamKey key = kGood;
  key.secret_access_key = "other";
  expect_refused(signed_by(key), "signature mismatch");
}

TEST_F(IamTest, AnUnknownKeyIsRefused) {
  IamKey key = kGood;
  key.access_key_id = "AKIDNOBODY";
  expect_refused(signed_by(key), "unknown access key");
}

TEST_F(IamTest, AWrongSessionTokenIsRefused) {
  IamKey key = kGood;
  key.session_token = "other";
  expect_refused(signed_by(key), "wrong session token");
}

TEST_F(IamTest, AWrongRegionIsRefused) {
  expect_refused(signed_by(kGood, "eu-west-1"), "wrong scope");
}

TEST_F(IamTest, AnExpiredTokenIsRefused) {
  expect_refused(signed_by(kGood, "us-east-1", seconds(1000)), "token expired");
}

TEST_F(IamTest, ATokenFromTheFutureIsRefused) {
  expect_refused(signed_by(kGood, "us-east-1", seconds(-1000)), "token from the future");
}

TEST_F(IamTest, CredentialsThatTheClusterKnowsToHaveEndedAreRefused) {
  IamKey ended = kGood;
  ended.end = system_clock::now() - seconds(1);
  kafka_->know({ended});
  expect_refused(signed_by(kGood), "credentials expired");
}

TEST_F(IamTest, ATruncatedTokenIsRefused) {
  expect_refused(
      []() -> base::Result<kafka::Token> {
        auto token = signed_by(kGood)();
        token->value.resize(token->value.size() / 8 * 4);
        return token;
      },
      "no User-Agent");
}

TEST_F(IamTest, ARefusedClientIsLetInOnceItsTokensAreGood) {
  std::atomic<bool> good = false;
  IamKey wrong = kGood;
  wrong.secret_access_key = "other";
  Tokens tokens([&] { return signed_by(good ? kGood : wrong)(); });
  RunningProducer producer(settings(tokens), {"events"});
  ASSERT_TRUE(eventually([&] { return tokens.refusals > 0; }));
  good = true;
  EXPECT_EQ(producer.publish_until(DeliveryOutcome::stored, "1").outcome, DeliveryOutcome::stored);
}

TEST_F(IamTest, WithoutATokenEventsAreRefusedAtOnceAndTokensThatComeAreTaken) {
  std::atomic<bool> there = false;
  Tokens tokens([&]() -> base::Result<kafka::Token> {
    if (!there) {
      return base::Error{.code = base::ErrorCode::unavailable,
                         .message = "the credentials are on their way"};
    }
    return signed_by(kGood)();
  });
  RunningProducer producer(settings(tokens), {"events"});
  ASSERT_TRUE(eventually([&] {
    return producer.publish_and_wait("early").reason == "the credentials are on their way";
  }));
  EXPECT_THAT(producer.ask([](Producer& p) { return p.not_ready_reason(); }),
              HasSubstr("the credentials are on their way"));
  there = true;
  producer.ask([](Producer& p) {
    p.renew_token();
    return true;
  });
  EXPECT_EQ(producer.publish_until(DeliveryOutcome::stored, "late").outcome,
            DeliveryOutcome::stored);
}

TEST_F(IamTest, APrincipalWithoutRightsIsToldForGood) {
  IamKey poor = kGood;
  poor.principal = "reader";
  kafka_->know({poor});
  Tokens tokens(signed_by(poor));
  RunningProducer producer(settings(tokens), {"forbidden"});
  const events::DeliveryReport report =
      producer.publish_until(DeliveryOutcome::refused, "1", "forbidden");
  EXPECT_EQ(report.outcome, DeliveryOutcome::refused);
  EXPECT_THAT(report.reason, HasSubstr("uthoriz"))
      << "Kafka says \"not authorized\" or \"authorization failed\"";
}

TEST_F(IamTest, ATopicIsMadeWithItsPartitionsAndRetention) {
  Tokens tokens(signed_by(kGood));
  kafka::Settings wanted = settings(tokens);
  wanted.partitions = 3;
  wanted.retention = std::chrono::hours(1);
  RunningProducer producer(wanted, {"kept"});
  EXPECT_EQ(producer.publish_until(DeliveryOutcome::stored, "1", "kept").outcome,
            DeliveryOutcome::stored);
  const auto retention = test::topic_setting(kafka_->plain_bootstrap(), "kept", "retention.ms");
  ASSERT_TRUE(retention) << retention.error().message;
  EXPECT_EQ(*retention, "3600000");
  EXPECT_EQ(test::partition_count(kafka_->plain_bootstrap(), "kept").value(), 3);
}

}  // namespace
}  // namespace penstock
