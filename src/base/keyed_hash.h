#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace penstock::base {

// Hashes texts with a key that nobody else knows: SipHash-2-4 with a result of 128 bits (Aumasson
// and Bernstein, "SipHash: a fast short-input PRF"). Whoever chooses the texts but does not know
// the key finds two with the same hash no sooner than by chance, and for n texts the chance of any
// is about n² / 2^129: below 10^-14 for 10^12 texts.
class KeyedHash {
 public:
  struct Value {
    uint64_t low = 0;
    uint64_t high = 0;

    friend bool operator==(const Value&, const Value&) = default;
  };
  using Key = std::array<uint8_t, 16>;

  // Takes the key from the kernel's random numbers. A program that cannot have any stops.
  KeyedHash();
  // Tests choose the key.
  explicit KeyedHash(const Key& key);

  [[nodiscard]] Value of(std::string_view text) const;

 private:
  uint64_t first_;
  uint64_t second_;
};

}  // namespace penstock::base
