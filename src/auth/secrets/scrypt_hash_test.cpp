#include "auth/secrets/scrypt_hash.h"

#include <gtest/gtest.h>

namespace penstock::auth {
namespace {

using namespace std::literals;

// These were made by passlib 1.7.4.
constexpr std::string_view kRight =
    "$scrypt$ln=10,r=8,p=1$TEmJca41BqC01novRSiFsA$u4rAygJ5EoGbUmWLVcd+uztQWzT/sKrlcnH7RSUJdVU";
struct Made {
  std::string_view text;
  std::string_view password;
};
constexpr Made kMade[] = {
    {kRight, "right"},
    {"$scrypt$ln=15,r=8,p=1$eK9V6p1TSsk5pxQCoJSy9g$tRQpSdVoBUSRPYHtU1/0xTGl0zPY5M5d51eSQaUv5WE",
     "correct horse"},
    {"$scrypt$ln=16,r=8,p=1$orR2TgmhFCLkXOv9fw+h9A$FAn+m97Pyi++QPQjxNNunZ+nSapiFQwNEj1wNsxluXg",
     "Zo\u00eb"},
    {"$scrypt$ln=11,r=16,p=2$MGbsXev9H8OYM0aI0XrvnQ$2FpBlM7GikhqeN1dF//3CBTupVZ3VzfbSebc/IJ+sVc",
     "p\u00e4ssw\u00f6rd\0x"sv}};

std::string mistake_of(std::string_view text) {
  const auto hash = ScryptHash::parse(text);
  return hash ? "none" : hash.error().message;
}

std::string with(std::string_view parameters, size_t salt = 22, size_t hash = 43) {
  return "$scrypt$" + std::string(parameters) + '$' + std::string(salt, 'A') + '$' +
         std::string(hash, 'A');
}

TEST(ScryptHash, IsThatOfPasslib) {
  for (const auto& [text, password] : kMade) {
    const auto hash = ScryptHash::parse(text);
    ASSERT_TRUE(hash) << text;
    EXPECT_EQ(hash->text(), text);
    EXPECT_EQ(hash->matches(password), true) << text;
    EXPECT_EQ(hash->matches(password.substr(1)), false) << text;
  }
}

TEST(ScryptHash, IsMadeWithARandomSalt) {
  const auto one = ScryptHash::make("a password"), two = ScryptHash::make("a password");
  ASSERT_TRUE(one && two);
  EXPECT_TRUE(one->text().starts_with("$scrypt$ln=15,r=8,p=1$"));
  EXPECT_NE(one->salt, two->salt);
  EXPECT_NE(one->hash, two->hash);
  const auto read = ScryptHash::parse(one->text());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->matches("a password"), true);
  EXPECT_EQ(read->matches("a passwore"), false);
}

TEST(ScryptHash, HasOneForm) {
  const std::string form = "must have the form \"$scrypt$ln=15,r=8,p=1$salt$hash\"";
  for (const std::string& wrong :
       {""s, "$2b$12$abc"s, "$scrypt$"s, std::string(kRight) + '$', std::string(kRight) + '=',
        with("ln=010,r=8,p=1"), with("ln=10,r=8"), with("ln=10,r=8,p=1,x=1"), with("r=8,ln=10,p=1"),
        with("ln=10,r=8,p=0"), with("ln=-1,r=8,p=1"), with("ln=10,r=99999999999,p=1"),
        with("ln=10,r=8,p=1", 21), with("ln=10,r=8,p=1", 22, 41), with("ln=10,r=8,p=1") + "$"}) {
    EXPECT_EQ(mistake_of(wrong), form) << wrong;
  }
  // Unused bits must be zero, so that a hash has one text.
  std::string bits(kRight);
  bits.back() = 'V';
  EXPECT_EQ(mistake_of(bits), form);
}

TEST(ScryptHash, HasBoundedCost) {
  EXPECT_EQ(mistake_of(with("ln=10,r=8,p=1")), "none");
  EXPECT_EQ(mistake_of(with("ln=16,r=8,p=4")), "none");
  EXPECT_EQ(mistake_of(with("ln=10,r=512,p=4")), "none");
  EXPECT_EQ(mistake_of(with("ln=9,r=8,p=1")),
            "must have an ln of at least 10 and an r of at least 8");
  EXPECT_EQ(mistake_of(with("ln=10,r=7,p=1")),
            "must have an ln of at least 10 and an r of at least 8");
  for (const std::string_view dear :
       {"ln=17,r=8,p=1", "ln=16,r=9,p=1", "ln=16,r=8,p=5", "ln=10,r=513,p=1", "ln=10,r=8,p=257",
        "ln=4294967295,r=8,p=1", "ln=10,r=4294967295,p=1", "ln=10,r=8,p=4294967295",
        "ln=64,r=8,p=1", "ln=10,r=67108864,p=1"}) {
    EXPECT_TRUE(mistake_of(with(dear)).starts_with("must not cost more than 64 MiB")) << dear;
  }
}

TEST(ScryptHash, HasALongEnoughSaltAndHash) {
  const std::string must = "must have a salt of 8 to 64 bytes and a hash of 16 to 64 bytes";
  EXPECT_EQ(mistake_of(with("ln=10,r=8,p=1", 11, 22)), "none");
  EXPECT_EQ(mistake_of(with("ln=10,r=8,p=1", 86, 86)), "none");
  EXPECT_EQ(mistake_of(with("ln=10,r=8,p=1", 10)), must);
  EXPECT_EQ(mistake_of(with("ln=10,r=8,p=1", 22, 20)), must);
  EXPECT_EQ(mistake_of(with("ln=10,r=8,p=1", 87)), must);
  EXPECT_EQ(mistake_of(with("ln=10,r=8,p=1", 22, 87)), must);
  EXPECT_EQ(mistake_of(with("ln=10,r=8,p=1", 0, 0)), must);
}

}  // namespace
}  // namespace penstock::auth
