#include "postgres/server_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace penstock::postgres {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

base::Result<ServerUrl> read(const char* url, base::Environment environment = {}) {
  return ServerUrl::read(base::WipedText(url), environment, {"orders_api", "-c one=1"});
}

std::string option(const ServerUrl& url, std::string_view name) {
  for (const auto& [key, value] : url.options) {
    if (key == name) return std::string(value);
  }
  return "none";
}

TEST(ServerUrlTest, AUriGivesPlacesAndOptions) {
  const auto url =
      read("postgresql://ann:secret-words@db.example,[::1]:6000/orders?sslmode=require");

  ASSERT_TRUE(url) << url.error().message;
  ASSERT_EQ(url->places.size(), 2U);
  EXPECT_EQ(url->places[0].host, "db.example");
  EXPECT_EQ(url->places[0].port, "5432");
  EXPECT_EQ(url->places[1].host, "::1");
  EXPECT_EQ(url->places[1].port, "6000");
  EXPECT_EQ(option(*url, "user"), "ann");
  EXPECT_EQ(option(*url, "dbname"), "orders");
  EXPECT_EQ(option(*url, "options"), "-c one=1");
  EXPECT_EQ(option(*url, "gssencmode"), "disable");
  EXPECT_FALSE(url->verified);
  EXPECT_THAT(url->redaction.shown("it is secret-words"), Not(HasSubstr("secret-words")));
}

TEST(ServerUrlTest, AServerMustProveWhoItIsOrBeOnThisMachine) {
  EXPECT_TRUE(read("postgresql://db.example/orders?sslmode=verify-full")->verified);
  EXPECT_FALSE(read("postgresql://db.example/orders?sslmode=verify-ca")->verified);
  EXPECT_FALSE(read("postgresql://db.example/orders")->verified);
  EXPECT_FALSE(read("postgresql://localhost,db.example/orders")->verified);
  EXPECT_TRUE(read("postgresql://127.0.0.1:6000/orders")->verified);
  EXPECT_TRUE(read("host=/run/postgresql dbname=orders")->verified);
}

TEST(ServerUrlTest, TheAuthoritiesAreThoseOfTheProgram) {
  const auto own = read("postgresql://db.example/orders?sslmode=verify-full",
                        {{"SSL_CERT_FILE", "/own/authorities"}});
  const auto named = read("postgresql://db.example/orders?sslmode=verify-full&sslrootcert=/named",
                          {{"SSL_CERT_FILE", "/own/authorities"}});

  EXPECT_EQ(option(*own, "sslrootcert"), "/own/authorities");
  EXPECT_EQ(option(*named, "sslrootcert"), "/named");
}

TEST(ServerUrlTest, WhatIsNoUrlIsInvalidAndNotRepeated) {
  for (const char* wrong :
       {"postgresql://db.example:confidential/orders", "confidential", "db=confidential",
        "postgresql://a,b,c:1,2/orders?hostaddr=1.2.3.4", "postgresql://db.example:70000/orders"}) {
    const auto url = read(wrong);
    ASSERT_FALSE(url) << wrong;
    EXPECT_EQ(url.error().code, base::ErrorCode::invalid);
    EXPECT_THAT(base::describe(url.error()), Not(HasSubstr("confidential")));
  }
}

}  // namespace
}  // namespace penstock::postgres
