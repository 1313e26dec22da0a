#include "http/typed_claims.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <memory>

#include "orders/operations.h"

namespace penstock::http {
namespace {

// Returns a caller that has authenticated by the scheme with these claims.
auth::Caller caller_by(const std::string& scheme, const std::string& claims) {
  const auto principal = std::make_shared<auth::Principal>();
  principal->scheme = scheme;
  principal->claims = boost::json::parse(claims).as_object();
  return auth::Caller(principal);
}

TEST(TypedClaims, AreReadIntoTheStructOfTheScheme) {
  const auto claims = orders::login_claims(caller_by(
      "login", R"({"sub":"ann","tenant":7,"roles":["seller"],"iss":"https://a","exp":1})"));
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->sub, "ann");
  EXPECT_EQ(claims->tenant, 7);
  EXPECT_EQ(claims->email, std::nullopt);
  ASSERT_TRUE(claims->roles);
  EXPECT_EQ(*claims->roles, std::vector{orders::LoginClaimsRolesItem::seller});
}

TEST(TypedClaims, ThereAreNoneWithoutTheScheme) {
  EXPECT_FALSE(orders::login_claims(auth::Caller()));
  EXPECT_FALSE(orders::login_claims(caller_by("key", R"({"sub":"ann","tenant":7})")));
}

TEST(TypedClaims, OneOfSeveralSchemesHasThem) {
  auth::Caller caller = caller_by("key", "{}");
  caller.add(caller_by("login", R"({"sub":"ann","tenant":8})").principals().front());
  const auto claims = orders::login_claims(caller);
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->tenant, 8);
}

// A schema allows whole numbers that an int64_t cannot have.
TEST(TypedClaims, ThereAreNoneThatTheStructCannotHave) {
  EXPECT_FALSE(orders::login_claims(caller_by("login", R"({"sub":"ann","tenant":1e30})")));
}

}  // namespace
}  // namespace penstock::http
