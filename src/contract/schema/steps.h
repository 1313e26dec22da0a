#pragma once

#include <algorithm>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>

namespace penstock::contract {

// Steps are the work that a validation may still do. All validations of one request share them, so
// that they bound how long the request keeps the thread. The work is paid for before it is done. A
// step is about 2.5 ns: what an automaton takes for one byte. The prices below were
// measured with bench/contract's worst_bench (docs/adr/0017-matching-has-a-price.md).
class Steps {
 public:
  // These are 12 ms or less. They are about four steps for each byte of a body of 1 MiB.
  static constexpr uint64_t kMax = 4'000'000;
  // kMax is made for so many bytes of JSON text. A longer body, which the setting of the API must
  // allow, may take more steps in proportion.
  static constexpr uint64_t kTextBytes = 1 << 20;

  static constexpr uint64_t kPerByte = 4;

  explicit Steps(uint64_t max = kMax) : max_(max) {}

  // Takes `count` steps, and returns whether there were that many. If there were not, none are left
  // for anything else either.
  [[nodiscard]] bool take(uint64_t count) {
    if (count > max_ - taken_) {
      taken_ = max_;
      exhausted_ = true;
    } else {
      taken_ += count;
    }
    return !exhausted_;
  }
  // Allows more steps for a value that takes `text_bytes` bytes of JSON.
  void allow_text(uint64_t text_bytes) {
    if (text_bytes > kTextBytes) max_ += (text_bytes - kTextBytes) * kPerByte;
  }
  [[nodiscard]] bool exhausted() const { return exhausted_; }
  [[nodiscard]] uint64_t left() const { return max_ - taken_; }
  [[nodiscard]] uint64_t taken() const { return taken_; }

 private:
  uint64_t max_;
  uint64_t taken_ = 0;
  bool exhausted_ = false;
};

// These are the prices of what a validation does, in steps.
namespace price {

inline constexpr uint64_t kSchema = 12;      // A schema is applied to a value.
inline constexpr uint64_t kLimit = 4;        // A number is compared.
inline constexpr uint64_t kMultiple = 100;   // A number is divided in decimal.
inline constexpr uint64_t kMember = 16;      // A property is looked up by its name.
inline constexpr uint64_t kPattern = 12;     // A text is matched, beside the price of its bytes.
inline constexpr uint64_t kFormat = 12;      // The same for a format.
inline constexpr uint64_t kHash = 16;        // A value is hashed, beside the price of its bytes.
inline constexpr uint64_t kDistinct = 40;    // An element is sorted by its hash.
inline constexpr uint64_t kAllocation = 40;  // Memory is allocated and freed.
inline constexpr uint64_t kMark = 3;         // An element is marked as evaluated.

}  // namespace price

// Returns how many bytes the value takes as JSON text at least, so that work on it can be paid for.
// It stops counting beyond `enough`.
[[nodiscard]] uint64_t text_bytes(const boost::json::value& value, uint64_t enough = UINT64_MAX);

}  // namespace penstock::contract
