#include "dynamodb/random_token.h"

#include <openssl/rand.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <limits>

#include "base/check.h"

namespace penstock::dynamodb {
namespace {

template <size_t size>
std::array<unsigned char, size> random_bytes() {
  std::array<unsigned char, size> bytes{};
  base::check(::RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1,
              "OpenSSL has random numbers");
  return bytes;
}

}  // namespace

std::string random_token() {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string token;
  for (const unsigned char byte : random_bytes<16>()) {
    token += kDigits[byte >> 4];
    token += kDigits[byte & 15];
  }
  return token;
}

double random_share() {
  uint32_t number = 0;
  const auto bytes = random_bytes<sizeof number>();
  std::memcpy(&number, bytes.data(), sizeof number);
  return static_cast<double>(number) / std::numeric_limits<uint32_t>::max();
}

}  // namespace penstock::dynamodb
