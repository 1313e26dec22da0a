#pragma once

#include <re2/re2.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::contract {

constexpr uint64_t kSampleMax = 10'000;  // Bytes of a sample, so also code points.
constexpr uint64_t kNever = kSampleMax + 1;

// A part of a pattern and how many code points long a text of it may be, up to kNever.
struct PatternNode {
  enum Kind { text, sequence, choice, repeat };

  Kind kind = text;
  uint64_t min = 0;
  uint64_t max = 0;
  std::string characters = {};             // Of a text.
  std::vector<PatternNode> children = {};  // Of the others; a repeat has one.
  uint64_t count_min = 0;                  // Of a repeat.
  uint64_t count_max = 0;
};

// Reads a pattern that RE2 has accepted. Where a node can have no text, its lengths are kNever;
// what a zero-width assertion asks of its surroundings is left out.
[[nodiscard]] PatternNode read_pattern(std::string_view pattern);

// Options of an expression of foreign origin: its errors are not logged.
[[nodiscard]] re2::RE2::Options quiet_options();

}  // namespace penstock::contract
