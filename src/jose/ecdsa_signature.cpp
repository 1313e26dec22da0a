#include "jose/ecdsa_signature.h"

#include <openssl/ecdsa.h>

#include <algorithm>
#include <memory>

#include "base/check.h"
#include "jose/openssl_handles.h"

namespace penstock::jose {

EcdsaSignature::EcdsaSignature(std::string_view r_and_s) {
  base::check(r_and_s.size() <= kBytesMax && r_and_s.size() % 2 == 0,
              "a signature of a known curve is read");
  const size_t half = r_and_s.size() / 2;
  add_integer(r_and_s.substr(0, half));
  add_integer(r_and_s.substr(half));
  // The tag and the length stand right before what they are of.
  const size_t content = size_ - 3;
  if (content < 0x80) {
    begin_ = 1;
  } else {
    der_[1] = static_cast<char>(0x81);
  }
  der_[begin_] = 0x30;
  der_[2] = static_cast<char>(content);
}

// An integer of DER has no zero bytes in front, except one if it would be negative otherwise.
void EcdsaSignature::add_integer(std::string_view number) {
  while (number.size() > 1 && number.front() == '\0') number.remove_prefix(1);
  const bool zero_first = number.empty() || (number.front() & 0x80) != 0;
  der_[size_++] = 0x02;
  der_[size_++] = static_cast<char>(number.size() + (zero_first ? 1 : 0));
  if (zero_first) der_[size_++] = '\0';
  std::copy(number.begin(), number.end(), der_.begin() + static_cast<ptrdiff_t>(size_));
  size_ += number.size();
}

size_t r_and_s_of(std::string_view der, size_t coordinate_bytes,
                  std::array<char, EcdsaSignature::kBytesMax>& out) {
  const auto* from = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<ECDSA_SIG, FreedBy<ECDSA_SIG_free>> read(
      d2i_ECDSA_SIG(nullptr, &from, static_cast<long>(der.size())));
  auto* const to = reinterpret_cast<unsigned char*>(out.data());
  const auto size = static_cast<int>(coordinate_bytes);
  if (read == nullptr || 2 * coordinate_bytes > out.size() ||
      BN_bn2binpad(ECDSA_SIG_get0_r(read.get()), to, size) != size ||
      BN_bn2binpad(ECDSA_SIG_get0_s(read.get()), to + size, size) != size) {
    return 0;
  }
  return 2 * coordinate_bytes;
}

}  // namespace penstock::jose
