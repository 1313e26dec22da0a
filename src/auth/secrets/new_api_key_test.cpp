#include "auth/secrets/new_api_key.h"

#include <gtest/gtest.h>

#include <set>

#include "auth/secrets/api_keys.h"

namespace penstock::auth {
namespace {

TEST(NewApiKey, HasItsForm) {
  std::set<std::string, std::less<>> keys;
  std::set<char> seen;
  for (int i = 0; i < 200; ++i) {
    const base::WipedText key = new_api_key();
    EXPECT_TRUE(looks_like_new_api_key(key)) << key;
    EXPECT_EQ(key.size(), 53);
    keys.emplace(key);
    seen.insert(key.begin() + 4, key.end() - 6);
  }
  EXPECT_EQ(keys.size(), 200);
  // 8600 digits miss one of 62 with a chance of 10^-58.
  EXPECT_EQ(seen.size(), 62);
}

TEST(NewApiKey, HasAChecksum) {
  // Python: zlib.crc32(b"psk_" + b"0" * 43) is 3960992287, which is "4K3v2N" in base 62.
  const std::string key = "psk_" + std::string(43, '0') + "4K3v2N";
  EXPECT_TRUE(looks_like_new_api_key(key));
  for (size_t i = 0; i < key.size(); ++i) {
    std::string wrong = key;
    wrong[i] = wrong[i] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(looks_like_new_api_key(wrong)) << wrong;
  }
  EXPECT_FALSE(looks_like_new_api_key(key + '0'));
  EXPECT_FALSE(looks_like_new_api_key(""));
}

TEST(NewApiKey, IsFoundByItsHash) {
  const base::WipedText key = new_api_key();
  const auto keys =
      ApiKeys::parse(R"({"keys": [{"name": "a", "sha256": ")" + sha256_hex(key) + "\"}]}", "key");
  ASSERT_TRUE(keys);
  EXPECT_NE(keys->find(key, base::SystemTime()), nullptr);
}

}  // namespace
}  // namespace penstock::auth
