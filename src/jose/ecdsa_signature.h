#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace penstock::jose {

// Writes an ECDSA signature of JWS, r and s of one length (RFC 7518 section 3.4), as the DER that
// OpenSSL reads: a sequence of two integers (RFC 3279 section 2.2.3).
class EcdsaSignature {
 public:
  static constexpr size_t kBytesMax = 2 * 66;  // That of P-521.

  // `r_and_s` has an even number of bytes, at most kBytesMax.
  explicit EcdsaSignature(std::string_view r_and_s);

  // Returns the DER, which is valid as long as this object.
  [[nodiscard]] std::string_view der() const { return {der_.data() + begin_, size_ - begin_}; }

 private:
  void add_integer(std::string_view number);

  // Three bytes are for the sequence's tag and length, and for each integer three more than it has.
  std::array<char, 3 + 2 * 3 + kBytesMax> der_;
  size_t begin_ = 0;
  size_t size_ = 3;
};

// Reads OpenSSL's DER into r and s of `coordinate_bytes` each. Returns the number of bytes that
// were written to `out`, or 0 if it is not such a signature.
[[nodiscard]] size_t r_and_s_of(std::string_view der, size_t coordinate_bytes,
                                std::array<char, EcdsaSignature::kBytesMax>& out);

}  // namespace penstock::jose
