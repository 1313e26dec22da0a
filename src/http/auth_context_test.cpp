#include "http/auth_context.h"

#include <gtest/gtest.h>

namespace penstock::http {
namespace {

constexpr std::string_view kContract = R"(
openapi: 3.1.0
info: {title: t, version: '1'}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    staff: {type: http, scheme: basic}
    login: {type: http, scheme: bearer}
    oidc:
      type: openIdConnect
      openIdConnectUrl: 'https://id.example/.well-known/openid-configuration'
    mtls: {type: mutualTLS}
security: [{key: []}]
paths:
  /closed: {get: {operationId: closed, responses: {'200': {description: d}}}}
  /open: {get: {operationId: open, security: [], responses: {'200': {description: d}}}}
)";

class AuthContextTest : public testing::Test {
 protected:
  events::AuthContext of(const std::string& scheme, const std::string& subject,
                         const boost::json::object& claims = {}) {
    const RequestMessage request;
    set_caller(request,
               auth::Caller(std::make_shared<auth::Principal>(auth::Principal{
                   .scheme = scheme, .subject = subject, .scopes = {}, .claims = claims})));
    return auth_context_of(request, operation(0), contract_, nullptr);
  }
  std::string type_of(const std::string& scheme, const std::string& subject,
                      const boost::json::object& claims = {}) {
    return std::string(of(scheme, subject, claims).type);
  }
  [[nodiscard]] const contract::Operation& operation(size_t path) const {
    return contract_.paths()[path].operations[0];
  }

  contract::Contract contract_ = contract::Contract::parse(kContract, "t.yaml").value();
};

TEST_F(AuthContextTest, TheSchemeSaysWhatCalls) {
  EXPECT_EQ(type_of("key", "partner"), "api_key");
  EXPECT_EQ(type_of("staff", "ann"), "app_user");
  EXPECT_EQ(type_of("mtls", "CN=partner"), "service_account");
  EXPECT_EQ(of("key", "partner").id, "partner");
}

TEST_F(AuthContextTest, ATokenOfAClientIsOneOfAService) {
  for (const char* scheme : {"login", "oidc"}) {
    EXPECT_EQ(type_of(scheme, "248289761001"), "app_user");
    EXPECT_EQ(type_of(scheme, "ann", {{"client_id", "shop"}, {"azp", "shop"}}), "app_user");
    EXPECT_EQ(type_of(scheme, "shop", {{"client_id", "shop"}}), "service_account");
    EXPECT_EQ(type_of(scheme, "shop", {{"azp", "shop"}}), "service_account");
    EXPECT_EQ(type_of(scheme, "5", {{"client_id", 5}}), "app_user");
    EXPECT_EQ(type_of(scheme, ""), "service_account");
  }
}

TEST_F(AuthContextTest, AnIdThatDoesNotFitIsLeftOut) {
  EXPECT_EQ(of("login", std::string(256, 'x')).id.size(), 256u);
  for (const std::string& subject :
       {std::string(257, 'x'), std::string("a\nb"), std::string("\xff")}) {
    EXPECT_EQ(of("login", subject).id, "");
    EXPECT_EQ(of("login", subject).type, "app_user");
  }
  EXPECT_EQ(of("login", "Zoë").id, "Zoë");
}

TEST_F(AuthContextTest, WithoutACallerItDependsOnWhoAuthenticates) {
  const RequestMessage request;
  EXPECT_EQ(auth_context_of(request, operation(0), contract_, nullptr).type, "unknown");
  EXPECT_EQ(auth_context_of(request, operation(1), contract_, nullptr).type, "unauthenticated");
}

}  // namespace
}  // namespace penstock::http
