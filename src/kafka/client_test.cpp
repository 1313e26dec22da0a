#include "kafka/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::kafka {
namespace {

using ::testing::HasSubstr;

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
                                              {"enable.ssl.certificate.verification", "f"}}) {
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
  EXPECT_TRUE(make_client(
      RD_KAFKA_CONSUMER,
      {{"security.protocol", "sasl_ssl"}, {"enable.ssl.certificate.verification", "true"}}, 0,
      &tokens));
}

}  // namespace
}  // namespace penstock::kafka
