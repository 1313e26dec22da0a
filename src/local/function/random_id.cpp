#include "local/function/random_id.h"

#include <random>
#include <string_view>

namespace penstock::local {

std::string random_hex(size_t digits) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::random_device random;
  std::string text;
  while (text.size() < digits) text += kDigits[random() % 16];
  return text;
}

std::string random_uuid() {
  return random_hex(8) + "-" + random_hex(4) + "-4" + random_hex(3) + "-8" + random_hex(3) + "-" +
         random_hex(12);
}

}  // namespace penstock::local
