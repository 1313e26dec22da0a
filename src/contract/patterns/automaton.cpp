#include "contract/patterns/automaton.h"

#include <algorithm>

#include "contract/expressions/character_set.h"

namespace penstock::contract {

// Returns the symbol of the character at `at`, which is not ASCII, and moves behind it. Where a
// sequence is wrong, each of its bytes is a wrong character.
uint32_t Automaton::wide_symbol(const unsigned char*& at, const unsigned char* end) const {
  const unsigned char first = *at++;
  const int more = first < 0xc2 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : 0;
  if (more == 0 || end - at < more) return wrong_;
  uint32_t point = first & (0x3fU >> more);
  for (int i = 0; i < more; ++i) {
    const unsigned char byte = at[i];
    if ((byte & 0xc0) != 0x80) return wrong_;
    point = point << 6 | (byte & 0x3fU);
  }
  // A longer sequence than needed, a surrogate, or more than there is.
  if ((more == 2 && point < 0x800) || (more == 3 && point < 0x10000) || point >> 11 == 0x1b ||
      point > kCodePointMax) {
    return wrong_;
  }
  at += more;
  if (page_of_.empty()) return wide_;
  return pages_[page_of_[point / kPageSize] * kPageSize + point % kPageSize];
}

template <class Entry>
bool Automaton::find(const std::vector<Entry>& next, std::string_view text) const {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const unsigned char* const end = at + text.size();
  uint32_t state = start_;
  // The first two states are never left.
  while (state > symbols_ && at != end) {
    const uint32_t symbol = *at < 0x80 ? ascii_[*at++] : wide_symbol(at, end);
    state = next[state + symbol];
  }
  return matches_at_end_[state / symbols_];
}

bool Automaton::is_found_in(std::string_view text) const {
  return is_small() ? find(short_next_, text) : find(next_, text);
}

bool Automaton::finds_nothing() const {
  // The second state is the one that has matched.
  const auto none_leads_there = [&](const auto& next) {
    return std::find(next.begin(), next.begin() + symbols_, symbols_) == next.begin() + symbols_ &&
           std::find(next.begin() + 2 * symbols_, next.end(), symbols_) == next.end();
  };
  const auto third = matches_at_end_.begin() + 2;
  return start_ != symbols_ &&
         std::find(third, matches_at_end_.end(), true) == matches_at_end_.end() &&
         (is_small() ? none_leads_there(short_next_) : none_leads_there(next_));
}

size_t Automaton::memory_bytes() const {
  return sizeof(*this) + short_next_.size() * sizeof(uint16_t) + next_.size() * sizeof(uint32_t) +
         page_of_.size() * sizeof(uint16_t) + pages_.size() + matches_at_end_.size() / 8;
}

}  // namespace penstock::contract
