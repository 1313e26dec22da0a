// Finds a text that an automaton accepts.
#include <algorithm>

#include "contract/expressions/character_set.h"
#include "contract/patterns/automaton.h"

namespace penstock::contract {
namespace {

// These are the ASCII characters, those that read well first. NUL is none of them, because
// parameters must not have it.
constexpr std::string_view kPlain =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./ :@#+,=!$%&*()?;<>[]^{|}~'`"
    "\"\\\t\n\r\v\f\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19"
    "\x1a\x1b\x1c\x1d\x1e\x1f\x7f";

std::string utf8(uint32_t point) {
  const auto byte = [](uint32_t value) { return static_cast<char>(value); };
  const char last = byte(0x80 | (point & 0x3f));
  if (point < 0x800) return {byte(0xc0 | point >> 6), last};
  const char middle = byte(0x80 | (point >> 6 & 0x3f));
  if (point < 0x10000) return {byte(0xe0 | point >> 12), middle, last};
  return {byte(0xf0 | point >> 18), byte(0x80 | (point >> 12 & 0x3f)), middle, last};
}

// Noncharacters and surrogates do not belong into a text.
bool is_character(uint32_t point) {
  return point >> 11 != 0x1b && (point & 0xfffe) != 0xfffe && !(point >= 0xfdd0 && point < 0xfdf0);
}

}  // namespace

// Returns the characters of each symbol: those of ASCII one after the other, or else a single one
// in UTF-8. A symbol of no character has none.
std::vector<std::string> Automaton::characters_of_symbols() const {
  std::vector<std::string> characters(symbols_);
  for (const char c : kPlain) characters[ascii_[static_cast<unsigned char>(c)]] += c;
  if (page_of_.empty()) {
    if (wide_ < symbols_ && characters[wide_].empty()) characters[wide_] = utf8(0xe9);
    return characters;
  }
  // The first letters of most scripts are better samples than their first code points.
  for (uint32_t from : {0xc0U, 0x80U}) {
    for (uint32_t point = from; point <= kCodePointMax; ++point) {
      const uint8_t symbol = pages_[page_of_[point / kPageSize] * kPageSize + point % kPageSize];
      if (symbol < symbols_ && characters[symbol].empty() && is_character(point)) {
        characters[symbol] = utf8(point);
      }
      if (from == 0x80 && point > 0xc0) break;
    }
  }
  return characters;
}

std::optional<std::string> Automaton::sample(uint64_t length_min, uint64_t length_max,
                                             unsigned variant) const {
  const std::vector<std::string> characters = characters_of_symbols();
  std::vector<uint32_t> usable;  // The symbols with characters, those that read well first.
  for (uint32_t symbol = 0; symbol < symbols_; ++symbol) {
    if (!characters[symbol].empty()) usable.push_back(symbol);
  }
  const auto rank = [&](uint32_t symbol) {
    const std::string& all = characters[symbol];
    return std::min(kPlain.find(all.front()), kPlain.find(' ') * 2);
  };
  std::stable_sort(usable.begin(), usable.end(),
                   [&](uint32_t a, uint32_t b) { return rank(a) < rank(b); });
  const size_t states = matches_at_end_.size();
  // ends[n] has the states from which n more characters can end the text.
  std::vector<std::vector<bool>> ends{matches_at_end_};
  uint64_t visits = kSampleVisitsMax;
  uint64_t length = 0;
  while (length < length_min || !ends[length][start_ / symbols_]) {
    if (++length > length_max || visits < states * usable.size()) return std::nullopt;
    const std::vector<bool>& after = ends.back();
    std::vector<bool> before(states);
    for (size_t state = 0; state < states; ++state) {
      before[state] = std::any_of(usable.begin(), usable.end(), [&](uint32_t symbol) {
        --visits;
        return after[next(static_cast<uint32_t>(state) * symbols_, symbol) / symbols_];
      });
    }
    // Without a state that leads to the end, no longer text is found either.
    if (std::find(before.begin(), before.end(), true) == before.end()) return std::nullopt;
    ends.push_back(std::move(before));
  }
  std::string text;
  uint32_t state = start_;
  size_t number = variant;  // The choices at each place are its digits.
  for (uint64_t left = length; left-- > 0;) {
    std::vector<std::pair<uint32_t, std::string_view>> choices;
    for (const uint32_t symbol : usable) {
      const uint32_t to = next(state, symbol);
      if (!ends[left][to / symbols_]) continue;
      const std::string& all = characters[symbol];
      if (static_cast<unsigned char>(all.front()) >= 0x80) {
        choices.emplace_back(to, all);
      } else {
        for (const char& c : all) choices.emplace_back(to, std::string_view(&c, 1));
      }
      if (number == 0) break;
    }
    if (choices.empty()) return std::nullopt;  // It cannot be: the state is one of ends[left + 1].
    const auto& [to, character] = choices[number % choices.size()];
    number /= choices.size();
    text += character;
    state = to;
  }
  return text;
}

}  // namespace penstock::contract
