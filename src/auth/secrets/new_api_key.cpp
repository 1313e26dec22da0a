#include "auth/secrets/new_api_key.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <boost/crc.hpp>

#include "base/check.h"

namespace penstock::auth {
namespace {

constexpr std::string_view kDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr size_t kLength = kApiKeyPrefix.size() + kApiKeyRandomLength + kApiKeyChecksumLength;

std::array<char, kApiKeyChecksumLength> checksum_of(std::string_view text) {
  boost::crc_32_type crc;
  crc.process_bytes(text.data(), text.size());
  uint32_t rest = crc.checksum();  // 62^6 is more than 2^32.
  std::array<char, kApiKeyChecksumLength> digits{};
  for (auto at = digits.rbegin(); at != digits.rend(); ++at) {
    *at = kDigits[rest % kDigits.size()];
    rest /= kDigits.size();
  }
  return digits;
}

}  // namespace

base::WipedText new_api_key() {
  base::WipedText key;
  key.reserve(kLength);
  key.append(kApiKeyPrefix);
  const size_t end = kApiKeyPrefix.size() + kApiKeyRandomLength;
  while (key.size() < end) {
    std::array<unsigned char, 64> bytes{};
    base::check(RAND_bytes(bytes.data(), bytes.size()) == 1, "there are random numbers");
    for (const unsigned char byte : bytes) {
      // Six bits have four values too many, which are thrown away: each digit is as likely.
      const size_t value = byte & 63U;
      if (value < kDigits.size() && key.size() < end) key += kDigits[value];
    }
    base::wipe(bytes.data(), bytes.size());
  }
  const auto checksum = checksum_of(key);
  return key.append(checksum.data(), checksum.size());
}

bool looks_like_new_api_key(std::string_view text) {
  if (text.size() != kLength || !text.starts_with(kApiKeyPrefix)) return false;
  const std::string_view body = text.substr(kApiKeyPrefix.size());
  if (body.find_first_not_of(kDigits) != std::string_view::npos) return false;
  const auto checksum = checksum_of(text.substr(0, kLength - kApiKeyChecksumLength));
  return std::equal(checksum.begin(), checksum.end(), text.end() - kApiKeyChecksumLength);
}

std::string sha256_hex(std::string_view key) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::array<unsigned char, 32> digest{};
  const bool done =
      EVP_Digest(key.data(), key.size(), digest.data(), nullptr, EVP_sha256(), nullptr) == 1;
  base::check(done, "SHA-256 does not fail");
  std::string text;
  for (const unsigned char byte : digest) {
    text += kHex[byte >> 4U];
    text += kHex[byte & 15U];
  }
  return text;
}

}  // namespace penstock::auth
