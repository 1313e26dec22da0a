#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "contract/expressions/reading.h"

namespace re2 {
class RE2;
}

namespace penstock::contract {

// This room compiles the patterns of a document, and matches texts with them, at a cost that is
// known beforehand.
//
// A pattern is read (expressions/expression.h) into a tree over sets of characters, and the tree
// becomes a complete automaton (automaton.h) if that has at most some thousand states. Then each
// byte takes one step, or eight if the table is large. What becomes too large is written in RE2's
// syntax (re2_text.h) and matched by RE2; each byte then takes four steps for each instruction of
// the program. ECMA-262 says what a valid pattern is, and what it means.

class Automaton;
struct Expression;

// A Pattern is a regular expression of ECMA-262. It matches if it is found anywhere in a text.
// Several threads may use it. Copies share what they match with.
class Pattern {
 public:
  // Returns whether the expression is found in `text`. The time is linear in the text's length:
  // see steps_per_byte().
  [[nodiscard]] bool is_found_in(std::string_view text) const;
  // Returns a text of `length_min` to `length_max` code points in which the expression is found.
  // Returns nothing if there is none, or if the pattern has no automaton or one that is too large
  // for such lengths. With another `variant` it is another text, if there are several.
  [[nodiscard]] std::optional<std::string> sample(uint64_t length_min, uint64_t length_max,
                                                  unsigned variant) const;
  // Returns how many steps a byte of a text takes at worst. A step is about 2.5 ns
  // (docs/adr/0017-matching-has-a-price.md).
  [[nodiscard]] uint64_t steps_per_byte() const { return steps_per_byte_; }
  // Returns how many bytes of memory the pattern takes at most.
  [[nodiscard]] size_t memory_bytes() const { return memory_bytes_; }
  // Returns the expression as written in the document.
  [[nodiscard]] const std::string& text() const { return text_; }
  // Returns what its author should know: that other validators may refuse it, or that no text
  // matches.
  [[nodiscard]] const std::vector<PatternFault>& remarks() const { return remarks_; }

 private:
  friend class PatternCompiler;

  explicit Pattern(std::string_view text) : text_(text) {}

  std::string text_;
  std::vector<PatternFault> remarks_;
  // At most one of these is there. A pattern without both belongs to a contract that is refused.
  std::shared_ptr<const Automaton> automaton_;
  std::shared_ptr<const re2::RE2> regex_;
  uint64_t steps_per_byte_ = 1;
  size_t memory_bytes_ = 0;
};

// PatternLimits bound what the patterns of a contract can cost.
struct PatternLimits {
  // A pattern may take at most this many steps for a byte of a text.
  uint64_t steps_per_byte_max = 2000;
  // All patterns together may take at most this much memory, in bytes.
  size_t memory_bytes_max = size_t{64} << 20;
  // Messages say that this allows more steps.
  std::string steps_setting = "the API's PATTERN_STEPS_MAX";
};

// These are the bounds of `steps_per_byte_max`, wherever it can be set.
inline constexpr int64_t kPatternStepsLeast = 1;
inline constexpr int64_t kPatternStepsMost = 1'000'000;

// A PatternResult has the compiled pattern, or says why it is refused. The sentence has the
// pattern.
using PatternResult = boost::system::result<Pattern, PatternFault>;

// Compiles the patterns of one contract, at start. How long that takes is bounded for all patterns
// together, because a document may be hostile: equal patterns are compiled once; automata share
// kVisitsMax, and those that come too late are left to RE2; and when reading has taken as many
// visits, or RE2 has compiled kRe2BytesMax of programs, with those that it gave up, all others are
// refused.
class PatternCompiler {
 public:
  // A visit is about 20 ns (attempt.h).
  static constexpr size_t kVisitsMax = 50'000'000;
  // RE2 takes about 10 to 40 ms for a MiB.
  static constexpr size_t kRe2BytesMax = size_t{128} << 20;

  explicit PatternCompiler(const PatternLimits& limits) : limits_(limits) {}

  // Fails if the pattern cannot be read (expression.h), is beyond one of the limits, or
  // brings all patterns beyond one. The last of these is said once: what follows is not compiled,
  // and found in any text.
  [[nodiscard]] PatternResult compile(std::string_view text);

 private:
  [[nodiscard]] PatternResult compile_new(std::string_view text);
  // Makes the automaton, or else notes why there is none.
  [[nodiscard]] std::optional<Automaton> make_automaton(const Expression& expression,
                                                        std::string_view& obstacle);
  // Makes RE2 match the expression, and counts what that takes. Returns false if it cannot.
  [[nodiscard]] bool use_re2(const Expression& expression, Pattern& pattern,
                             std::string_view& obstacle);
  [[nodiscard]] PatternFault beyond(const std::string& sentence);

  const PatternLimits limits_;
  std::unordered_map<std::string, PatternResult> known_;  // By text.
  size_t memory_bytes_ = 0;                               // Of all patterns so far.
  size_t visits_left_ = kVisitsMax;
  size_t reading_visits_left_ = kVisitsMax;
  size_t re2_bytes_left_ = kRe2BytesMax;
  bool is_beyond_ = false;
};

}  // namespace penstock::contract
