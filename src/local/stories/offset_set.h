#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "local/records/record.h"

namespace penstock::local {

// Holds offsets of one partition. Offsets in a row take no more memory than one, so that a
// partition that is read from end to end costs some bytes.
class OffsetSet {
 public:
  // Adds the offsets of the range. Returns how many of them are new.
  int64_t add(const OffsetRange& range);
  // Removes the offsets of the range. Returns how many of them were there.
  int64_t remove(const OffsetRange& range);
  // Removes those that are in the other set. Returns how many of them were there.
  int64_t remove(const OffsetSet& other);
  // Returns how many offsets of the range are in the set.
  [[nodiscard]] int64_t count_in(const OffsetRange& range) const;
  [[nodiscard]] bool contains(base::Offset offset) const { return count_in({offset, offset}) > 0; }
  // Returns how many offsets there are.
  [[nodiscard]] int64_t size() const { return size_; }
  // Returns the ranges, in order. There is a gap between any two.
  [[nodiscard]] const std::vector<OffsetRange>& ranges() const { return ranges_; }

  // These halve the number of ranges: the lower half becomes one range with all of its gaps, or is
  // removed.
  void close_lower_gaps();
  void remove_lower_half();

 private:
  // Returns the index of the first range that ends at or behind this offset.
  [[nodiscard]] size_t index_of(base::Offset offset) const;

  std::vector<OffsetRange> ranges_;
  int64_t size_ = 0;
};

}  // namespace penstock::local
