#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace penstock::contract {

struct Expression;

// An Automaton finds an expression in a text with one step for each character: it is deterministic
// and complete, so nothing is built while it runs, and several threads may use it. Its alphabet is
// made of symbols: characters that no part of the expression tells apart have the same one.
class Automaton {
 public:
  // These bound an automaton, and what making it costs: the states times the symbols, the parts of
  // the expression with each repetition written out, and the visits of these parts.
  static constexpr size_t kEntriesMax = 65'536;  // So that an entry fits into 16 bits.
  static constexpr size_t kPartsMax = 8192;
  static constexpr size_t kSetsMax = 128;
  static constexpr size_t kVisitsMax = 4'000'000;

  // Returns nothing if the automaton would exceed one of the bounds.
  [[nodiscard]] static std::optional<Automaton> make(const Expression& expression);

  // Returns whether the expression is found anywhere in `text`. In a text that is not UTF-8 a wrong
  // byte counts as a character that is in no set.
  [[nodiscard]] bool is_found_in(std::string_view text) const;
  // Returns how many bytes of memory it takes.
  [[nodiscard]] size_t memory_bytes() const;

 private:
  friend class AutomatonBuilder;

  static constexpr uint32_t kPageSize = 256;

  Automaton() = default;
  [[nodiscard]] uint32_t wide_symbol(const unsigned char*& at, const unsigned char* end) const;

  // A state is the index of its first entry in `next_`, which has the next state for each symbol.
  // State 0 is the one that can no longer match, and the one after it has matched.
  uint32_t symbols_ = 0;
  uint32_t start_ = 0;
  std::vector<uint16_t> next_;
  std::vector<bool> matches_at_end_;  // By the state's number: whether a text may end there.
  std::array<uint8_t, 128> ascii_{};  // The symbol of each ASCII character.
  // The symbols of other characters: a page has those of kPageSize of them, and equal pages are
  // kept once. Both are empty if all of them have the symbol `wide_`.
  std::vector<uint16_t> page_of_;
  std::vector<uint8_t> pages_;
  uint8_t wide_ = 0;
  uint8_t wrong_ = 0;  // The symbol of a byte that is not UTF-8.
};

}  // namespace penstock::contract
