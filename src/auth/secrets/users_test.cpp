#include "auth/secrets/users.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::auth {
namespace {

std::string hash_of(char salt) {
  return "$scrypt$ln=10,r=8,p=1$" + std::string(22, salt) + '$' + std::string(43, 'A');
}
std::string entry(std::string_view name, char salt) {
  return R"({"name": ")" + std::string(name) + R"(", "scrypt": ")" + hash_of(salt) + "\"}";
}
base::Result<Users> read(const std::string& entries) {
  return Users::parse(R"({"users": [)" + entries + "]}", "staff");
}
std::string mistake_of(const std::string& entries) {
  const auto users = read(entries);
  return users ? "none" : users.error().message;
}

TEST(Users, HaveOneOrMorePasswords) {
  const auto users = read(entry("ann", 'A') + ',' + entry("bob", 'A') + ',' + entry("ann", 'Q'));
  ASSERT_TRUE(users);
  EXPECT_EQ(users->size(), 2);
  ASSERT_NE(users->find("ann"), nullptr);
  EXPECT_EQ(users->find("ann")->size(), 2);
  EXPECT_EQ(users->find("bob")->size(), 1);
  EXPECT_EQ(users->find("bob")->front().entry.principal->subject, "bob");
  EXPECT_EQ(users->find("bob")->front().entry.principal->scheme, "staff");
  EXPECT_EQ(users->find("an"), nullptr);
}

TEST(Users, StandInForOthers) {
  const auto users = read(entry("ann", 'A') + ',' + entry("bob", 'A'));
  ASSERT_TRUE(users);
  EXPECT_EQ(&users->any(7), users->find("bob"));
  EXPECT_EQ(&users->any(8), users->find("ann"));
  const auto none = read("");
  ASSERT_TRUE(none);
  ASSERT_EQ(none->any(7).size(), 1);
  EXPECT_EQ(none->any(7).front().hash.log_n, ScryptHash{}.log_n);
}

TEST(Users, NameThePlaceOfAMistake) {
  EXPECT_EQ(mistake_of(entry("a", 'A') + R"(,{"name": "b", "scrypt": "secret"})"),
            "/users/1/scrypt: must have the form \"$scrypt$ln=15,r=8,p=1$salt$hash\"");
  EXPECT_EQ(
      mistake_of(R"({"name": "b", "password": "secret"})"),
      "/users/0: must have no members but name, scrypt, scopes, expires, created and comment");
  EXPECT_EQ(mistake_of(entry("a:b", 'A')),
            "/users/0/name: must not have a colon (RFC 7617 section 2)");
  EXPECT_EQ(mistake_of(entry("a", 'A') + ',' + entry("a", 'A')),
            "/users/1/scrypt: must not be the same as that of another entry");
  std::string many = entry("a", 'A');
  for (const char salt : {'Q', 'g', 'w'}) many += ',' + entry("a", salt);
  EXPECT_EQ(mistake_of(many), "none");
  std::string other = hash_of('A');
  other.back() = 'E';
  EXPECT_EQ(mistake_of(many + R"(,{"name": "a", "scrypt": ")" + other + "\"}"),
            "/users/4/name: must not be that of more than 4 entries");
}

}  // namespace
}  // namespace penstock::auth
