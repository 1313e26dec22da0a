#include "auth/test_credentials/test_secrets.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace penstock::auth {
namespace {

constexpr size_t kSeedBytes = 32;  // Those of a key of Ed25519 (RFC 8032 section 5.1.5), too.
constexpr size_t kSecretBytes = 16;
// The parameters of a password's hash: N = 2^15, r = 8 and p = 1 take 32 MiB.
constexpr uint64_t kScryptLogN = 15;
constexpr uint64_t kScryptR = 8;
constexpr uint64_t kScryptP = 1;
constexpr uint64_t kScryptMemoryMax = 64 * 1024 * 1024;
constexpr size_t kHashBytes = 32;
constexpr size_t kPublicKeyBytes = 32;  // RFC 8032 section 5.1.5
constexpr size_t kSignatureBytes = 64;
constexpr std::string_view kHeader = R"({"alg":"EdDSA","typ":"at+jwt","kid":"test"})";

base::Error failed(const char* what) {
  return {.code = base::ErrorCode::internal,
          .message = std::string("OpenSSL cannot make ") + what + " of the test credentials"};
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string unpadded(std::string text) {
  while (!text.empty() && text.back() == '=') text.pop_back();
  return text;
}

}  // namespace

std::string test_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock() ends with a NUL.
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(bytes),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(length));
  return text;
}

std::string test_base64url(std::string_view bytes) {
  std::string text = unpadded(test_base64(bytes));
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

base::Result<std::string> test_sha256(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned length = 0;
  if (EVP_Digest(text.data(), text.size(), hash.data(), &length, EVP_sha256(), nullptr) != 1) {
    return failed("a hash");
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned i = 0; i < length; ++i) {
    hex += kDigits[hash.at(i) >> 4U];
    hex += kDigits[hash.at(i) & 15U];
  }
  return hex;
}

base::Result<TestSeed> TestSeed::make(base::SystemTime now) {
  std::string bytes(kSeedBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size())) !=
      1) {
    return failed("random bytes");
  }
  return TestSeed(std::move(bytes), now);
}

base::Result<std::string> TestSeed::bytes_for(std::string_view purpose) const {
  std::string bytes(kSeedBytes, '\0');
  unsigned length = 0;
  const unsigned char* made =
      HMAC(EVP_sha256(), bytes_.data(), static_cast<int>(bytes_.size()), bytes_of(purpose),
           purpose.size(), reinterpret_cast<unsigned char*>(bytes.data()), &length);
  if (made == nullptr || length != bytes.size()) return failed("a secret");
  return bytes;
}

base::Result<std::string> TestSeed::secret_for(std::string_view purpose) const {
  const auto bytes = bytes_for(purpose);
  if (!bytes) return bytes.error();
  return test_base64url(std::string_view(*bytes).substr(0, kSecretBytes));
}

base::Result<std::string> TestSeed::scrypt_for(std::string_view purpose,
                                               std::string_view password) const {
  const auto bytes = bytes_for("salt of " + std::string(purpose));
  if (!bytes) return bytes.error();
  const std::string_view salt = std::string_view(*bytes).substr(0, kSecretBytes);
  std::string hash(kHashBytes, '\0');
  if (EVP_PBE_scrypt(password.data(), password.size(), bytes_of(salt), salt.size(),
                     uint64_t{1} << kScryptLogN, kScryptR, kScryptP, kScryptMemoryMax,
                     reinterpret_cast<unsigned char*>(hash.data()), hash.size()) != 1) {
    return failed("the hash of a password");
  }
  return "$scrypt$ln=" + std::to_string(kScryptLogN) + ",r=" + std::to_string(kScryptR) +
         ",p=" + std::to_string(kScryptP) + "$" + unpadded(test_base64(salt)) + "$" +
         unpadded(test_base64(hash));
}

struct TestIssuer::Key {
  explicit Key(EVP_PKEY* handle) : pkey(handle) {}
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
  ~Key() { EVP_PKEY_free(pkey); }

  EVP_PKEY* pkey;
};

TestIssuer::TestIssuer(std::unique_ptr<Key> key, std::string jwk)
    : key_(std::move(key)), jwk_(std::move(jwk)) {}
TestIssuer::TestIssuer(TestIssuer&&) noexcept = default;
TestIssuer& TestIssuer::operator=(TestIssuer&&) noexcept = default;
TestIssuer::~TestIssuer() = default;

base::Result<TestIssuer> TestIssuer::make(const TestSeed& seed) {
  const auto secret = seed.bytes_for("issuer");
  if (!secret) return secret.error();
  auto key = std::make_unique<Key>(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(*secret), secret->size()));
  if (key->pkey == nullptr) return failed("a key");
  std::string bytes(kPublicKeyBytes, '\0');
  size_t length = bytes.size();
  if (EVP_PKEY_get_raw_public_key(key->pkey, reinterpret_cast<unsigned char*>(bytes.data()),
                                  &length) != 1 ||
      length != bytes.size()) {
    return failed("a public key");
  }
  std::string jwk = R"({"kty":"OKP","crv":"Ed25519","use":"sig","alg":"EdDSA","kid":"test","x":")" +
                    test_base64url(bytes) + "\"}";
  return TestIssuer(std::move(key), std::move(jwk));
}

base::Result<std::string> TestIssuer::token(std::string_view claims) const {
  std::string text = test_base64url(kHeader) + "." + test_base64url(claims);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  std::string signature(kSignatureBytes, '\0');
  size_t length = signature.size();
  if (context == nullptr ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_->pkey) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                     bytes_of(text), text.size()) != 1) {
    return failed("a signature");
  }
  signature.resize(length);
  return text + "." + test_base64url(signature);
}

}  // namespace penstock::auth
