#include "kafka/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::kafka {
namespace {

using testing::HasSubstr;
using testing::Not;

// Counts how often it is asked for a token.
class CountingTokens final : public TokenSource {
 public:
  base::Result<Token> token() override {
    ++asked;
    return base::Error{base::ErrorCode::unavailable, "no token in this test"};
  }

  void refused() override {}

  int asked = 0;
};

TEST(MakeClient, RefusesPropertiesThatWouldSendATokenInTheClear) {
  CountingTokens tokens;
  for (const auto& [name, value] : Properties{{"security.protocol", "SASL_PLAINTEXT"},
                                              {"security.protocol", "sasl_plaintext"},
                                              {"security.protocol", "PLAINTEXT"},
                                              {"security.protocol", "SSL"},
                                              {"enable.ssl.certificate.verification", "false"},
                                              {"enable.ssl.certificate.verification", "f"},
                                              {"enable.ssl.certificate.verification", "0"},
                                              {"enable.ssl.certificate.verification", ""}}) {
    const auto client = make_client(RD_KAFKA_CONSUMER, {{name, value}}, 0, &tokens);
    ASSERT_FALSE(client) << name << "=" << value;
    EXPECT_EQ(client.error().code, base::ErrorCode::invalid);
    EXPECT_THAT(client.error().message, HasSubstr("remove the property " + name));
  }
  EXPECT_EQ(tokens.asked, 0);
  EXPECT_TRUE(make_client(RD_KAFKA_CONSUMER, {{"security.protocol", "SSL"}}));
}

TEST(MakeClient, TakesPropertiesThatKeepATokenSafe) {
  CountingTokens tokens;
  for (const char* yes : {"true", "True", "t", "T", "1"}) {
    EXPECT_TRUE(make_client(
        RD_KAFKA_CONSUMER,
        {{"security.protocol", "sasl_ssl"}, {"enable.ssl.certificate.verification", yes}}, 0,
        &tokens))
        << yes;
  }
  // A tunnel's end has not the name in the broker's certificate.
  EXPECT_TRUE(make_client(RD_KAFKA_CONSUMER, {{"ssl.endpoint.identification.algorithm", "none"}}, 0,
                          &tokens));
}

// Has given a token that was made of a session token.
class Given final : public TokenSource {
 public:
  base::Result<Token> token() override {
    return Token{.value = base::WipedText(kToken), .expires = {}};
  }
  void refused() override {}
  [[nodiscard]] base::Redaction secrets() const override {
    ++asked;
    base::Redaction secrets;
    secrets.add(kToken);
    return secrets;
  }
  mutable int asked = 0;
  static constexpr std::string_view kToken = "aHR0cHM6Ly9rYWZrYS5ldS13ZXN0LTEuYW1hem9uYXdzLmNvbS8";
};

TEST(Shown, TakesOutATokenThatABrokerRepeats) {
  const Given source;
  const std::string said = "SASL authentication error: [1]: \x1b[31m" + std::string(Given::kToken);
  EXPECT_EQ(shown(said.c_str(), &source), "SASL authentication error: [1]: \\x1b[31m(secret)");
  EXPECT_EQ(shown("Local: Broker transport failure", nullptr), "Local: Broker transport failure");
  EXPECT_EQ(shown(nullptr, nullptr), "");
}

TEST(Shown, AsksForNoSecretsIfATextCanHaveNone) {
  const Given source;
  EXPECT_EQ(shown(nullptr, &source), "");
  EXPECT_EQ(shown("", &source), "");
  EXPECT_EQ(shown("Success", &source), "Success");
  EXPECT_EQ(source.asked, 0);
}

TEST(SecretsOf, AreNotTheNamesOfFilesAndAddresses) {
  const base::Redaction secrets =
      secrets_of({{"ssl.key.location", "/etc/kafka/client.key"},
                  {"ssl.keystore.location", "/etc/kafka/client.p12"},
                  {"sasl.kerberos.keytab", "/etc/kafka/client.keytab"},
                  {"sasl.oauthbearer.token.endpoint.url", "https://idp.example/token"},
                  {"bootstrap.servers", "broker.example:9092"},
                  {"ssl.keystore.password", "opens-the-store"},
                  {"ssl.key.pem", "the-private-key"},
                  {"sasl.oauthbearer.client.secret", "of-the-client"}});
  for (const std::string text :
       {"ssl.key.location failed: /etc/kafka/client.key", "cannot open /etc/kafka/client.p12",
        "no principal in /etc/kafka/client.keytab", "https://idp.example/token does not answer",
        "broker.example:9092 does not answer"}) {
    EXPECT_EQ(secrets.shown(text), text);
  }
  EXPECT_EQ(secrets.shown("opens-the-store, the-private-key, of-the-client"),
            "(secret), (secret), (secret)");
}

TEST(MakeClient, DoesNotRepeatAPassword) {
  const auto client = make_client(
      RD_KAFKA_PRODUCER,
      {{"sasl.password", "very-secret-password"}, {"security.protocol", "very-secret-password"}});
  ASSERT_FALSE(client);
  EXPECT_THAT(client.error().message, HasSubstr("\"security.protocol\""));
  EXPECT_THAT(client.error().message, Not(HasSubstr("secret-password")));
}

TEST(MakeClient, TakesATokenThatIsNotShownWhenItIsRejected) {
  const auto client = make_client(RD_KAFKA_PRODUCER, token_properties());
  ASSERT_TRUE(client);
  // The token has characters that RFC 6750 does not allow, and has ended.
  const auto taken = set_token(
      client->get(), {.value = base::WipedText("very secret token!"), .expires = {}}, "me");
  ASSERT_FALSE(taken);
  EXPECT_THAT(taken.error().message, Not(HasSubstr("secret token")));
}

}  // namespace
}  // namespace penstock::kafka
