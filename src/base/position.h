#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace penstock::base {

// The number of a partition within its topic, from 0. A type of its own, so that no offset takes
// its place.
struct Partition {
  int32_t number = 0;

  auto operator<=>(const Partition&) const = default;
};

// Where a record stands in its partition. Offsets grow from record to record, perhaps with gaps.
struct Offset {
  int64_t value = 0;

  auto operator<=>(const Offset&) const = default;
  // The offset `count` places behind this one, and the number of places from one to another.
  friend Offset operator+(Offset from, int64_t count) { return {from.value + count}; }
  friend Offset operator-(Offset from, int64_t count) { return {from.value - count}; }
  friend int64_t operator-(Offset to, Offset from) { return to.value - from.value; }
};

// Both as decimal numbers, for messages and documents.
[[nodiscard]] inline std::string to_text(Partition partition) {
  return std::to_string(partition.number);
}
[[nodiscard]] inline std::string to_text(Offset offset) {
  return std::to_string(offset.value);
}

}  // namespace penstock::base
