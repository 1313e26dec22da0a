#include "auth/documents/issuer_configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::auth {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(IssuerConfiguration, NamesTheKeySetOfItsIssuer) {
  const auto url = key_set_url(R"({"issuer":"https://id.example","jwks_uri":"https://k.example/k",)"
                               R"("scopes_supported":["openid"]})",
                               "https://id.example");
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_EQ(*url, "https://k.example/k");
}

TEST(IssuerConfiguration, MustBeOfExactlyTheIssuer) {
  for (const char* issuer : {"https://id.example/", "HTTPS://id.example", "https://id.example:443",
                             "https://id.examplé", "", "https://evil.example"}) {
    const auto url =
        key_set_url(R"({"issuer":"https://id.example","jwks_uri":"https://k"})", issuer);
    ASSERT_FALSE(url) << issuer;
    EXPECT_EQ(url.error().message,
              "the issuer's configuration is of the issuer 'https://id.example', not of '" +
                  std::string(issuer) + "'");
  }
}

TEST(IssuerConfiguration, IsRefusedWithAReason) {
  const auto reason = [](const char* text) {
    const auto url = key_set_url(text, "i");
    return url ? "none" : url.error().message;
  };
  EXPECT_THAT(reason("<html>secret"),
              AllOf(HasSubstr("cannot be read: "), Not(HasSubstr("secret"))));
  EXPECT_THAT(reason("[]"), HasSubstr("has no \"issuer\""));
  EXPECT_THAT(reason(R"({"issuer":["i"],"jwks_uri":"u"})"), HasSubstr("has no \"issuer\""));
  EXPECT_THAT(reason(R"({"issuer":"i"})"), HasSubstr("has no \"jwks_uri\""));
  EXPECT_THAT(reason(R"({"issuer":"i","jwks_uri":1})"), HasSubstr("has no \"jwks_uri\""));
  // Two readers could read this differently.
  EXPECT_THAT(reason(R"({"issuer":"i","issuer":"j","jwks_uri":"u"})"),
              HasSubstr("cannot be read: "));
  EXPECT_THAT(reason("{\"issuer\":\"\\n\\u001b[31m\"}"), HasSubstr("\\x0a\\x1b[31m"));
}

}  // namespace
}  // namespace penstock::auth
