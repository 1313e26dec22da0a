#pragma once

#include <cstdint>

namespace penstock::contract::price {

// These are the prices of what a request takes, in steps (steps.h). They were measured with
// bench/contract's worst_bench.
inline constexpr uint64_t kReadValue = 20;      // A value is read from JSON, beside its bytes.
inline constexpr uint64_t kReadBytes = 2;       // This many bytes of JSON are read for one step.
inline constexpr uint64_t kSchema = 8;          // A schema is applied to a value.
inline constexpr uint64_t kLimit = 4;           // A number is compared.
inline constexpr uint64_t kQuickMultiple = 12;  // A number is divided as a short decimal.
inline constexpr uint64_t kMultiple = 80;       // Any other number is divided in decimal.
inline constexpr uint64_t kMember = 8;          // A property is looked up by its name.
inline constexpr uint64_t kPattern = 12;        // A text is matched, beside the price of its bytes.
inline constexpr uint64_t kFormat = 12;         // The same for a format.
inline constexpr uint64_t kHash = 16;           // A value is hashed, beside the price of its bytes.
inline constexpr uint64_t kDistinct = 40;       // An element is sorted by its hash.
inline constexpr uint64_t kAllocation = 40;     // Memory is allocated and freed.
inline constexpr uint64_t kStructBytes = 2;  // This many bytes of a struct are made for one step.
inline constexpr uint64_t kMark = 2;         // An element is marked as evaluated.

}  // namespace penstock::contract::price
