#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

namespace penstock::base {

// Has 16 bytes, on which the operators work at once: by SSE2 on x86-64, by NEON on arm64, both of
// which each such processor has. A comparison gives 0xff for true and 0 for false.
using Bytes16 = uint8_t __attribute__((vector_size(16)));

// Reads the 16 bytes at `at`.
inline Bytes16 load16(const char* at) {
  Bytes16 bytes;
  std::memcpy(&bytes, at, sizeof bytes);
  return bytes;
}

// Says which of 16 bytes are true.
class Mask16 {
 public:
  // Takes the result of comparisons.
  explicit Mask16(Bytes16 truths) : bits_(bits_of(truths)) {}

  [[nodiscard]] bool any() const { return bits_ != 0; }
  // Returns the index of the first one, or 16 if there is none.
  [[nodiscard]] size_t first() const {
    return bits_ == 0 ? 16 : static_cast<size_t>(std::countr_zero(bits_)) / kBits;
  }
  // Returns the index of the first one, of which there must be one, and leaves it out.
  size_t take_first() {
    const auto index = static_cast<size_t>(std::countr_zero(bits_)) / kBits;
    bits_ &= bits_ - 1;
    return index;
  }
  // Leaves out all from that index on, which is at most 16.
  void keep_before(size_t index) {
    if (index < 16) bits_ &= (uint64_t{1} << index * kBits) - 1;
  }

 private:
#if defined(__SSE2__)
  static constexpr size_t kBits = 1;
  static uint64_t bits_of(Bytes16 truths) {
    return static_cast<uint64_t>(_mm_movemask_epi8(reinterpret_cast<__m128i>(truths)));
  }
#elif defined(__ARM_NEON)
  static constexpr size_t kBits = 4;
  static uint64_t bits_of(Bytes16 truths) {
    const auto pairs = reinterpret_cast<uint16x8_t>(truths);
    const uint64_t nibbles = vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(pairs, 4)), 0);
    return nibbles & 0x1111111111111111;
  }
#else
  static constexpr size_t kBits = 1;
  static uint64_t bits_of(Bytes16 truths) {
    uint64_t bits = 0;
    for (size_t i = 0; i < 16; ++i) bits |= uint64_t{truths[i] & 1U} << i;
    return bits;
  }
#endif

  uint64_t bits_;
};

}  // namespace penstock::base
