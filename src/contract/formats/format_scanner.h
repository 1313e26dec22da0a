#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock::contract {

// Bytes is a set of bytes, which is tested in constant time.
class Bytes {
 public:
  explicit constexpr Bytes(std::string_view members) {
    for (const char c : members) has_[static_cast<unsigned char>(c)] = true;
  }
  [[nodiscard]] constexpr bool has(char c) const { return has_[static_cast<unsigned char>(c)]; }
  // Returns the union of this set and `members`.
  [[nodiscard]] constexpr Bytes with(std::string_view members) const {
    Bytes both(members);
    for (size_t i = 0; i < has_.size(); ++i) both.has_[i] |= has_[i];
    return both;
  }

 private:
  std::array<bool, 256> has_{};
};

constexpr Bytes kDigits("0123456789");
constexpr Bytes kHex("0123456789abcdefABCDEF");
constexpr Bytes kAlpha("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
constexpr Bytes kAlnum = kAlpha.with("0123456789");

// Wide says which code points beyond ASCII a text may have: none, `ucschar`, `ucschar` and
// `iprivate` (RFC 3987 section 2.2), or all (RFC 6531 section 3.3).
enum class Wide { none, ucschar, iprivate, all };

[[nodiscard]] inline bool is_wide(char32_t point, Wide wide) {
  if (wide == Wide::all) return point >= 0x80;
  if (wide == Wide::none || point < 0xa0) return false;
  const bool is_private = (point >= 0xe000 && point <= 0xf8ff) || point >= 0xf0000;
  if (is_private && wide != Wide::iprivate) return false;
  const bool is_noncharacter = (point >= 0xfdd0 && point <= 0xfdef) || (point & 0xfffe) == 0xfffe;
  return !is_noncharacter && !(point >= 0xfff0 && point <= 0xffff) &&
         !(point >= 0xe0000 && point < 0xe1000);
}

// Reads a text from its front. Each function removes something from the front if it is there, and
// returns whether it was, or what it has removed. After a failure part of it may be gone, since the
// callers then refuse the whole text. The text must outlive the scanner.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }
  [[nodiscard]] std::string_view rest() const { return rest_; }

  // Removes the character `c`.
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // Removes `text`, which must not be empty.
  bool take_text(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  // Removes one byte of the set.
  bool take_one(const Bytes& set) {
    return !rest_.empty() && set.has(rest_.front()) && take(rest_.front());
  }
  // Removes all bytes of the set at the front, of which there may be none.
  std::string_view take_all(const Bytes& set) {
    return take_bytes(static_cast<size_t>(
        std::find_if_not(rest_.begin(), rest_.end(), [&](char c) { return set.has(c); }) -
        rest_.begin()));
  }
  // Removes the text before the first character of `stops`, or everything if there is none.
  std::string_view take_until(std::string_view stops) {
    const auto stop = std::find_first_of(rest_.begin(), rest_.end(), stops.begin(), stops.end());
    return take_bytes(static_cast<size_t>(stop - rest_.begin()));
  }
  // Removes a number of exactly this many digits. Returns nothing if there is none, or if it is not
  // between `min` and `max`.
  std::optional<int> take_number(size_t digits, int min, int max) {
    int number = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (rest_.empty() || !kDigits.has(rest_.front())) return std::nullopt;
      number = number * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return number >= min && number <= max ? std::optional(number) : std::nullopt;
  }
  // Removes a percent-encoded byte such as "%2F" (RFC 3986 section 2.1).
  bool take_percent() { return take('%') && take_one(kHex) && take_one(kHex); }
  // Removes one code point, and returns it. The text must be UTF-8.
  std::optional<char32_t> take_point() {
    if (rest_.empty()) return std::nullopt;
    const auto first = static_cast<unsigned char>(rest_.front());
    if (first >= 0x80 && first < 0xc0) return std::nullopt;
    const size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (rest_.size() < size) return std::nullopt;
    char32_t point = size == 1 ? first : first & (0xffU >> (size + 1));
    for (size_t i = 1; i < size; ++i) {
      point = point << 6 | (static_cast<unsigned char>(rest_[i]) & 0x3fU);
    }
    rest_.remove_prefix(size);
    return point;
  }
  // Removes one code point beyond ASCII. The text must be UTF-8.
  bool take_wide(Wide wide) {
    if (wide == Wide::none || rest_.empty()) return false;
    const std::string_view before = rest_;
    const auto point = take_point();
    if (point && is_wide(*point, wide)) return true;
    rest_ = before;
    return false;
  }

 private:
  std::string_view take_bytes(size_t size) {
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
};

}  // namespace penstock::contract
