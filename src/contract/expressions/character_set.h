#pragma once

#include <cstdint>
#include <vector>

namespace penstock::contract {

inline constexpr uint32_t kCodePointMax = 0x10ffff;

// A CharacterSet is a set of code points, as ranges that are sorted, do not overlap and do not
// touch.
struct CharacterSet {
  struct Range {
    uint32_t first;
    uint32_t last;  // Included.

    friend auto operator<=>(const Range&, const Range&) = default;
  };
  std::vector<Range> ranges;

  // Adds the code points from `first` to `last`. Ranges may be added in any order; call tidy()
  // after the last one.
  void add(uint32_t first, uint32_t last) { ranges.push_back({first, last}); }
  void add(const CharacterSet& other) {
    ranges.insert(ranges.end(), other.ranges.begin(), other.ranges.end());
  }
  void tidy();
  // Returns whether the set, which must be tidy, has the code point.
  [[nodiscard]] bool has(uint32_t point) const;
  // Returns the code points that are not in this set, which must be tidy.
  [[nodiscard]] CharacterSet complement() const;

  friend auto operator<=>(const CharacterSet&, const CharacterSet&) = default;
};

}  // namespace penstock::contract
