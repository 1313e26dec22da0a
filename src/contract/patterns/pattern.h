#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "contract/patterns/character_set.h"

namespace re2 {
class RE2;
}

namespace penstock::contract {

// This room compiles the patterns of a document, and matches texts with them, at a cost that is
// known beforehand.
//
// A pattern is read (expression.h) into a tree over sets of characters (character_set.h), and the
// tree becomes a complete automaton (automaton.h) if that has at most some thousand states. Then
// each byte takes one step. RE2 matches only what becomes too large, and what this room does not
// read; each byte then takes four steps for each instruction of the pattern's program. RE2 says
// what a valid pattern is, and what it means.

class Automaton;

// A Pattern is a regular expression of RE2's syntax. It matches if it is found anywhere in a text.
// Several threads may use it.
class Pattern {
 public:
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

  // Returns whether the expression is found in `text`. The time is linear in the text's length:
  // see steps_per_byte().
  [[nodiscard]] bool is_found_in(std::string_view text) const;
  // Returns how many steps a byte of a text takes at worst. A step is about 2.5 ns
  // (docs/adr/0017-matching-has-a-price.md).
  [[nodiscard]] uint64_t steps_per_byte() const { return steps_per_byte_; }
  // Returns how many bytes of memory the pattern takes at most.
  [[nodiscard]] size_t memory_bytes() const { return memory_bytes_; }
  // Returns the expression as written in the document.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  friend class PatternCompiler;

  explicit Pattern(std::string_view text);

  std::string text_;
  std::unique_ptr<const Automaton> automaton_;
  std::unique_ptr<const re2::RE2> regex_;  // Null if there is an automaton.
  uint64_t steps_per_byte_ = 1;
  size_t memory_bytes_ = 0;
};

// PatternLimits bound what the patterns of a contract can cost.
struct PatternLimits {
  // A pattern may take at most this many steps for a byte of a text.
  uint64_t steps_per_byte_max = 2000;
  // All patterns together may take at most this much memory, in bytes.
  size_t memory_bytes_max = size_t{64} << 20;
};

// Compiles the patterns of one contract, at start.
class PatternCompiler {
 public:
  explicit PatternCompiler(const PatternLimits& limits) : limits_(limits) {}

  // Fails with `invalid`, and a sentence that contains the pattern, if RE2 cannot match it in
  // linear time, if it is beyond one of the limits, or if it brings all patterns beyond one.
  [[nodiscard]] base::Result<Pattern> compile(std::string_view text);

 private:
  [[nodiscard]] base::Error too_large(const Pattern& pattern) const;

  const PatternLimits limits_;
  ClassBook book_;
  size_t memory_bytes_ = 0;  // Of all patterns so far.
};

}  // namespace penstock::contract
