#include "jose/key_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <string>

#include "jose/signing_key.h"
#include "json/writer.h"

namespace penstock::jose {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

boost::json::object jwk_of(Algorithm algorithm, std::string id) {
  return SigningKey::generate(algorithm, std::move(id)).value().public_jwk();
}

std::string set_of(boost::json::array keys) {
  return json::to_text(boost::json::object{{"keys", std::move(keys)}});
}

TEST(KeySet, FindsAKeyByItsIdAndAlgorithm) {
  const KeySet set =
      KeySet::parse(set_of({jwk_of(Algorithm::es256, "a"), jwk_of(Algorithm::eddsa, "b")})).value();
  EXPECT_EQ(set.size(), 2u);
  EXPECT_EQ(set.find("a", Algorithm::es256)->id(), "a");
  EXPECT_EQ(set.find("a", Algorithm::eddsa), nullptr);
  EXPECT_EQ(set.find("b", Algorithm::eddsa)->id(), "b");
  EXPECT_EQ(set.find("c", Algorithm::es256), nullptr);
}

TEST(KeySet, FindsTheOnlyKeyOfAnAlgorithmWithoutAnId) {
  boost::json::array keys{jwk_of(Algorithm::es256, "a"), jwk_of(Algorithm::eddsa, "b")};
  EXPECT_EQ(KeySet::parse(set_of(keys)).value().find("", Algorithm::es256)->id(), "a");
  keys.push_back(jwk_of(Algorithm::es256, "c"));
  EXPECT_EQ(KeySet::parse(set_of(keys)).value().find("", Algorithm::es256), nullptr);
}

// RFC 7517 section 5 wants this.
TEST(KeySet, LeavesOutWhatItDoesNotServeAndSaysWhy) {
  const KeySet set =
      KeySet::parse(R"({"keys": [{"kty": "oct", "kid": "s", "k": "c2VjcmV0"}, 7, {"kty": "new"},
          {"kty": "RSA", "use": "enc", "kid": "e\n", "n": "AQAB", "e": "AQAB"}]})")
          .value();
  EXPECT_EQ(set.size(), 0u);
  EXPECT_THAT(set.ignored(),
              ElementsAre("key 1 (\"s\") is left out: it is a shared secret, which is never used",
                          "key 2 is left out: it is not an object",
                          "key 3 is left out: its `kty` and `crv` are not served",
                          "key 4 (\"e\\x0a\") is left out: its `use` is not \"sig\""));
}

// RFC 7517 section 4.5: only keys of different types may share an id.
TEST(KeySet, LeavesOutASecondKeyOfAnId) {
  const auto first = jwk_of(Algorithm::es256, "a");
  const KeySet set =
      KeySet::parse(set_of({first, jwk_of(Algorithm::es256, "a"), jwk_of(Algorithm::es384, "a")}))
          .value();
  EXPECT_EQ(set.size(), 2u);
  EXPECT_THAT(set.ignored(), ElementsAre(HasSubstr("a key before it has its `kid`")));
}

TEST(KeySet, RefusesWhatIsNotAKeySet) {
  for (const std::string text :
       {"", "[]", "{}", R"({"keys": {}})", R"({"keys": [], "keys": []})"}) {
    const auto set = KeySet::parse(text);
    ASSERT_FALSE(set) << text;
    EXPECT_EQ(set.error().code, base::ErrorCode::invalid) << text;
  }
}

TEST(KeySet, RefusesWhatExceedsItsLimits) {
  const auto many = KeySet::parse(set_of(boost::json::array(101, boost::json::object())));
  EXPECT_EQ(many.error().code, base::ErrorCode::too_large);
  EXPECT_EQ(KeySet::parse(set_of(boost::json::array(100, boost::json::object()))).value().size(),
            0u);
  const auto large = KeySet::parse(std::string(KeySet::kBytesMax + 1, ' '));
  EXPECT_EQ(large.error().code, base::ErrorCode::too_large);
}

}  // namespace
}  // namespace penstock::jose
