#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::contract {

struct Attempt;
struct Expression;

// An Automaton finds an expression in a text with one step for each character: it is deterministic
// and complete, so nothing is built while it runs, and several threads may use it. Its alphabet is
// made of symbols: characters that no part of the expression tells apart have the same one.
class Automaton {
 public:
  // The states times the symbols are at most so many. A table of more than kShortEntriesMax has
  // entries of 32 bits, and may be too large for the caches next to a processor.
  static constexpr size_t kEntriesMax = 262'144;
  static constexpr size_t kShortEntriesMax = 65'536;
  // The search for a sample looks at so many entries at most, for some milliseconds.
  static constexpr uint64_t kSampleVisitsMax = 8'000'000;

  // Returns nothing if the automaton would exceed that, or the bounds of automaton_program.h, or
  // tells more than 254 kinds of characters apart, or takes too many visits. `attempt` says which.
  [[nodiscard]] static std::optional<Automaton> make(const Expression& expression,
                                                     Attempt& attempt);

  // Returns whether the expression is found anywhere in `text`. In a text that is not UTF-8 a wrong
  // byte counts as a character that is in no set.
  [[nodiscard]] bool is_found_in(std::string_view text) const;
  // Returns a text of `length_min` to `length_max` code points in which the expression is found, of
  // the shortest such length. Returns nothing if there is none within kSampleVisitsMax. With
  // another `variant` it is another text, if there are several.
  [[nodiscard]] std::optional<std::string> sample(uint64_t length_min, uint64_t length_max,
                                                  unsigned variant) const;
  // Returns whether the table is short enough for one step (steps in pattern.h) a byte.
  [[nodiscard]] bool is_small() const { return next_.empty(); }
  // Returns whether it is found in no text at all.
  [[nodiscard]] bool finds_nothing() const;
  // Returns how many bytes of memory it takes.
  [[nodiscard]] size_t memory_bytes() const;

 private:
  friend class AutomatonBuilder;

  static constexpr uint32_t kPageSize = 256;

  Automaton() = default;
  // Returns state / symbols_, by which it divides without a remainder. Both are below 2^20, so that
  // a multiplication by the rounded inverse does it in a tenth of the time.
  [[nodiscard]] uint32_t number_of(uint32_t state) const {
    return static_cast<uint32_t>(state * inverse_ >> 40);
  }
  template <class Entry>
  [[nodiscard]] bool find(const std::vector<Entry>& next, std::string_view text) const;
  [[nodiscard]] uint32_t next(uint32_t state, uint32_t symbol) const {
    if (state <= symbols_) return state;  // The first two states are never left.
    return is_small() ? short_next_[state + symbol] : next_[state + symbol];
  }
  [[nodiscard]] std::vector<std::string> characters_of_symbols() const;
  [[nodiscard]] uint32_t wide_symbol(const unsigned char*& at, const unsigned char* end) const;

  // A state is the index of its first entry in the table, which has the next state for each symbol.
  // The table is `short_next_` if it is short, and else `next_`; the other one is empty. State 0 is
  // the one that can no longer match, and the one after it has matched.
  uint32_t symbols_ = 0;
  uint64_t inverse_ = 0;  // 2^40 / symbols_, rounded up.
  uint32_t start_ = 0;
  std::vector<uint16_t> short_next_;
  std::vector<uint32_t> next_;
  std::vector<bool> matches_at_end_;  // By the state's number: whether a text may end there.
  std::array<uint8_t, 128> ascii_{};  // The symbol of each ASCII character.
  // The symbols of other characters: a page has those of kPageSize of them, and equal pages are
  // kept once. Both are empty if all of them have the symbol `wide_`.
  std::vector<uint16_t> page_of_;
  std::vector<uint8_t> pages_;
  uint8_t wide_ = 0;
  uint8_t wrong_ = 0;  // The symbol of a sequence that is not UTF-8.
};

}  // namespace penstock::contract
