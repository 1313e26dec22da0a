#include "auth/secrets/scrypt_hash.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <array>
#include <memory>

#include "base/check.h"
#include "base/number_text.h"

namespace penstock::auth {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr std::string_view kPrefix = "$scrypt$";
constexpr size_t kUsualSaltBytes = 16;
constexpr size_t kUsualHashBytes = 32;

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string encode(std::string_view bytes) {
  std::string text;
  uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : bytes) {
    bits = bits << 8U | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) text += kAlphabet[bits >> (count - 6) & 63U];
  }
  if (count > 0) text += kAlphabet[bits << (6 - count) & 63U];
  return text;
}

// Is strict: unused bits must be zero.
std::optional<std::string> decode(std::string_view text) {
  std::string bytes;
  uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = bits << 6U | static_cast<uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xffU);
  }
  const bool is_whole = count < 6 && (bits & ((1U << count) - 1)) == 0;
  return is_whole ? std::optional(std::move(bytes)) : std::nullopt;
}

// Takes the text up to `end` off the front of `rest`; all of it if `end` is not there.
std::string_view take(std::string_view& rest, char end) {
  const size_t length = rest.find(end);
  const std::string_view part = rest.substr(0, length);
  rest.remove_prefix(length == std::string_view::npos ? rest.size() : length + 1);
  return part;
}

std::optional<unsigned> parameter(std::string_view text, std::string_view name) {
  // Leading zeros, which PHC strings do not have, would mean nothing.
  if (!text.starts_with(name) || text.substr(name.size()).starts_with('0')) return std::nullopt;
  return base::whole_number<unsigned>(text.substr(name.size()));
}

struct FreeKdf {
  void operator()(EVP_KDF* type) const { EVP_KDF_free(type); }
  void operator()(EVP_KDF_CTX* context) const { EVP_KDF_CTX_free(context); }
};

// Fails only if memory is lacking, since the parameters have been checked.
bool derive(const ScryptHash& like, std::string_view password, char* out, size_t bytes) {
  const std::unique_ptr<EVP_KDF, FreeKdf> type(EVP_KDF_fetch(nullptr, "SCRYPT", nullptr));
  if (type == nullptr) return false;
  const std::unique_ptr<EVP_KDF_CTX, FreeKdf> context(EVP_KDF_CTX_new(type.get()));
  if (context == nullptr) return false;
  uint64_t n = uint64_t{1} << like.log_n;
  uint32_t r = like.r, p = like.p;
  // OpenSSL counts a little beside the large table.
  uint64_t memory = 2 * ScryptHash::kMemoryMax;
  // OpenSSL takes pointers to data that it does not change.
  const auto octets = [](const char* name, std::string_view text) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(text.data()), text.size());
  };
  const std::array<OSSL_PARAM, 7> parameters{
      octets(OSSL_KDF_PARAM_PASSWORD, password),
      octets(OSSL_KDF_PARAM_SALT, like.salt),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory),
      OSSL_PARAM_construct_end()};
  return EVP_KDF_derive(context.get(), reinterpret_cast<unsigned char*>(out), bytes,
                        parameters.data()) == 1;
}

Error must(std::string message) {
  return {.code = ErrorCode::invalid, .message = std::move(message)};
}

}  // namespace

Result<ScryptHash> ScryptHash::parse(std::string_view text) {
  const Error form = must("must have the form \"$scrypt$ln=15,r=8,p=1$salt$hash\"");
  if (!text.starts_with(kPrefix)) return form;
  text.remove_prefix(kPrefix.size());
  std::string_view parameters = take(text, '$');
  const auto log_n = parameter(take(parameters, ','), "ln=");
  const auto r = parameter(take(parameters, ','), "r=");
  const auto p = parameter(parameters, "p=");
  auto salt = decode(take(text, '$'));
  auto hash = decode(text);
  if (!log_n || !r || !p || !salt || !hash) return form;
  if (*log_n < kLogNMin || *r < kRMin) {
    return must("must have an ln of at least 10 and an r of at least 8");
  }
  // With these bounds the products below cannot overflow.
  const bool is_small = *log_n < 32 && *r <= kStepsMax && *p <= kStepsMax &&
                        (*r << 7U) <= kMemoryMax >> *log_n &&
                        uint64_t{*r} * *p <= kStepsMax >> *log_n;
  if (!is_small) {
    return must(
        "must not cost more than 64 MiB (2^ln * r at most 2^19) and a second "
        "(2^ln * r * p at most 2^21)");
  }
  if (salt->size() < kSaltBytesMin || salt->size() > kBytesMax || hash->size() < kHashBytesMin ||
      hash->size() > kBytesMax) {
    return must("must have a salt of 8 to 64 bytes and a hash of 16 to 64 bytes");
  }
  return ScryptHash{
      .log_n = *log_n, .r = *r, .p = *p, .salt = std::move(*salt), .hash = std::move(*hash)};
}

Result<ScryptHash> ScryptHash::make(std::string_view password) {
  ScryptHash made;
  made.salt.resize(kUsualSaltBytes);
  made.hash.resize(kUsualHashBytes);
  const bool done = RAND_bytes(reinterpret_cast<unsigned char*>(made.salt.data()),
                               static_cast<int>(made.salt.size())) == 1 &&
                    derive(made, password, made.hash.data(), made.hash.size());
  if (!done) {
    return Error{.code = ErrorCode::unavailable,
                 .message = "the password cannot be hashed: 32 MiB of memory are needed"};
  }
  return made;
}

std::string ScryptHash::text() const {
  return std::string(kPrefix) + "ln=" + std::to_string(log_n) + ",r=" + std::to_string(r) +
         ",p=" + std::to_string(p) + '$' + encode(salt) + '$' + encode(hash);
}

std::optional<bool> ScryptHash::matches(std::string_view password) const {
  std::array<char, kBytesMax> computed{};
  base::check(hash.size() <= computed.size(), "a hash is not longer than its limit");
  if (!derive(*this, password, computed.data(), hash.size())) return std::nullopt;
  return CRYPTO_memcmp(computed.data(), hash.data(), hash.size()) == 0;
}

}  // namespace penstock::auth
