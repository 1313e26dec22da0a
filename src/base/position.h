#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace penstock::base {

// Holds the number of a partition within its topic, from 0. It has its own type, so that the
// compiler rejects an offset in its place.
struct Partition {
  int32_t number = 0;

  auto operator<=>(const Partition&) const = default;
};

// Holds the position of a record in its partition, from 0. Offsets grow from record to record,
// possibly with gaps.
struct Offset {
  int64_t value = 0;

  auto operator<=>(const Offset&) const = default;
  // These move an offset by `count` places, or count the places between two offsets.
  friend Offset operator+(Offset from, int64_t count) { return {from.value + count}; }
  friend Offset operator-(Offset from, int64_t count) { return {from.value - count}; }
  friend int64_t operator-(Offset to, Offset from) { return to.value - from.value; }
};

// Write the number in decimal, for messages and documents.
[[nodiscard]] inline std::string to_text(Partition partition) {
  return std::to_string(partition.number);
}
[[nodiscard]] inline std::string to_text(Offset offset) {
  return std::to_string(offset.value);
}

}  // namespace penstock::base
