#include "local/function/random_id.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

namespace penstock::local {

// The kernel's bytes are asked for at once: a std::random_device for each id, and a number of it
// for each digit, took a sixth of a mapping's CPU time with small batches.
std::string random_hex(size_t digits) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, 128> bytes;  // A call of getentropy() gives 256 at most.
  std::string text;
  text.reserve(digits);
  while (text.size() < digits) {
    const size_t count = std::min(bytes.size(), digits - text.size());
    if (::getentropy(bytes.data(), count) != 0) {
      throw std::system_error(errno, std::generic_category(), "getentropy");
    }
    for (size_t i = 0; i < count; ++i) text += kDigits[bytes[i] % 16];
  }
  return text;
}

std::string random_uuid() {
  std::string text = random_hex(36);
  for (const size_t dash : {8U, 13U, 18U, 23U}) text[dash] = '-';
  text[14] = '4';  // The version.
  text[19] = '8';  // The variant.
  return text;
}

}  // namespace penstock::local
