// Do keys and passwords that are nearly right take more work than others? Clocks say little about
// that on a busy machine, so the linker gives each call that hashes or compares to this file first
// (-Wl,--wrap), which counts calls and bytes.
#include <gtest/gtest.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <ostream>

#include "auth/secrets/api_keys.h"
#include "auth/secrets/new_api_key.h"
#include "auth/secrets/scrypt_hash.h"

namespace {

struct Counts {
  size_t hashed = 0;    // Bytes of texts.
  size_t derived = 0;   // Hashes of passwords.
  size_t compared = 0;  // Bytes, in constant time.
  size_t comparisons = 0;
  size_t others = 0;  // Comparisons that end at the first difference.

  friend bool operator==(const Counts&, const Counts&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Counts& counts) {
    return out << counts.hashed << " bytes hashed, " << counts.derived << " derived, "
               << counts.compared << " bytes compared in " << counts.comparisons << ", "
               << counts.others << " others";
  }
};
Counts counts;

}  // namespace

extern "C" {
// NOLINTBEGIN(bugprone-reserved-identifier): the linker chooses these names.
int __real_CRYPTO_memcmp(const void* a, const void* b, size_t bytes);
int __wrap_CRYPTO_memcmp(const void* a, const void* b, size_t bytes) {
  counts.compared += bytes;
  ++counts.comparisons;
  return __real_CRYPTO_memcmp(a, b, bytes);
}
int __real_EVP_DigestUpdate(EVP_MD_CTX* context, const void* data, size_t bytes);
int __wrap_EVP_DigestUpdate(EVP_MD_CTX* context, const void* data, size_t bytes) {
  counts.hashed += bytes;
  return __real_EVP_DigestUpdate(context, data, bytes);
}
int __real_EVP_KDF_derive(EVP_KDF_CTX* context, unsigned char* key, size_t bytes,
                          const OSSL_PARAM* parameters);
int __wrap_EVP_KDF_derive(EVP_KDF_CTX* context, unsigned char* key, size_t bytes,
                          const OSSL_PARAM* parameters) {
  ++counts.derived;
  return __real_EVP_KDF_derive(context, key, bytes, parameters);
}
int __real_memcmp(const void* a, const void* b, size_t bytes);
int __wrap_memcmp(const void* a, const void* b, size_t bytes) {
  ++counts.others;
  return __real_memcmp(a, b, bytes);
}
// NOLINTEND(bugprone-reserved-identifier)
}

namespace penstock::auth {
namespace {

Counts counts_of(const ApiKeys& keys, std::string_view key, bool is_found) {
  counts = {};
  const bool found = keys.find(key, base::SystemTime()) != nullptr;
  const Counts now = counts;
  EXPECT_EQ(found, is_found);
  return now;
}

TEST(SecretCounts, SeesAComparisonThatEndsEarly) {
  const std::string one = sha256_hex("one"), two = sha256_hex("two");
  counts = {};
  const bool is_same = std::string_view(one) == std::string_view(two);
  const Counts now = counts;
  EXPECT_FALSE(is_same);
  EXPECT_EQ(now, (Counts{.others = 1}));
}

TEST(SecretCounts, AKeyTakesTheSameWorkHoweverMuchOfItIsRight) {
  std::string text = R"({"keys": [)";
  std::string key;
  for (int i = 0; i < 1000; ++i) {
    key = std::string(std::string_view(new_api_key()));
    text += R"({"name": "a", "sha256": ")" + sha256_hex(key) + "\"},";
  }
  text.back() = ']';
  const auto keys = ApiKeys::parse(text + '}', "key");
  ASSERT_TRUE(keys);
  const Counts right = counts_of(*keys, key, true);
  EXPECT_EQ(right, (Counts{.hashed = 53, .compared = 32, .comparisons = 1}));
  for (size_t i = 0; i < key.size(); ++i) {
    std::string wrong = key;  // The first i characters are right.
    for (size_t at = i; at < wrong.size(); ++at) wrong[at] = wrong[at] == 'x' ? 'y' : 'x';
    EXPECT_EQ(counts_of(*keys, wrong, false), right) << i;
    std::string one_wrong = key;
    one_wrong[i] = one_wrong[i] == 'x' ? 'y' : 'x';
    EXPECT_EQ(counts_of(*keys, one_wrong, false), right) << i;
  }
}

TEST(SecretCounts, AHashThatBeginsAlikeIsComparedAsAWhole) {
  const std::string right = sha256_hex("one");
  for (const size_t same : {size_t{16}, size_t{40}, size_t{63}}) {
    std::string alike = right;
    for (size_t i = same; i < alike.size(); ++i) alike[i] = alike[i] == '0' ? '1' : '0';
    const auto keys =
        ApiKeys::parse(R"({"keys": [{"name": "a", "sha256": ")" + alike + "\"}]}", "key");
    ASSERT_TRUE(keys);
    EXPECT_EQ(counts_of(*keys, "one", false),
              (Counts{.hashed = 3, .compared = 32, .comparisons = 1}));
  }
}

TEST(SecretCounts, APasswordTakesTheSameWorkHoweverMuchOfItIsRight) {
  const auto hash = ScryptHash::parse(
      "$scrypt$ln=10,r=8,p=1$TEmJca41BqC01novRSiFsA$u4rAygJ5EoGbUmWLVcd+uztQWzT/sKrlcnH7RSUJdVU");
  ASSERT_TRUE(hash);
  ScryptHash alike = *hash;
  alike.hash.back() = static_cast<char>(alike.hash.back() ^ 1);
  ScryptHash unlike = *hash;
  unlike.hash.front() = static_cast<char>(unlike.hash.front() ^ 1);
  for (const auto& [one, password, is_right] :
       {std::tuple(*hash, "right", true), std::tuple(*hash, "righs", false),
        std::tuple(*hash, "", false), std::tuple(alike, "right", false),
        std::tuple(unlike, "right", false)}) {
    counts = {};
    EXPECT_EQ(one.matches(password), is_right);
    const Counts now = counts;
    EXPECT_EQ(now, (Counts{.derived = 1, .compared = 32, .comparisons = 1})) << password;
  }
}

}  // namespace
}  // namespace penstock::auth
