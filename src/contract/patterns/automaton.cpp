#include "contract/patterns/automaton.h"

namespace penstock::contract {

// Returns the symbol of the character at `at`, which is not ASCII, and moves behind it.
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
  at += more;
  if (page_of_.empty()) return wide_;
  const uint32_t page = point / kPageSize;
  return page < page_of_.size() ? pages_[page_of_[page] * kPageSize + point % kPageSize] : wrong_;
}

bool Automaton::is_found_in(std::string_view text) const {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const unsigned char* const end = at + text.size();
  uint32_t state = start_;
  // The first two states are never left.
  while (state > symbols_ && at != end) {
    const uint32_t symbol = *at < 0x80 ? ascii_[*at++] : wide_symbol(at, end);
    state = next_[state + symbol];
  }
  return matches_at_end_[state / symbols_];
}

size_t Automaton::memory_bytes() const {
  return sizeof(*this) + next_.size() * sizeof(uint16_t) + page_of_.size() * sizeof(uint16_t) +
         pages_.size() + matches_at_end_.size() / 8;
}

}  // namespace penstock::contract
