#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace penstock::http {

// Marks the bytes of one of HTTP's classes of characters.
using ByteSet = std::array<bool, 256>;

[[nodiscard]] constexpr bool has(const ByteSet& set, char byte) {
  return set[static_cast<unsigned char>(byte)];
}
[[nodiscard]] constexpr bool has_all(const ByteSet& set, std::string_view text) {
  return std::all_of(text.begin(), text.end(), [&](char byte) { return has(set, byte); });
}

// Makes the set of the bytes from `first` to `last` and of those of `more`, without those of
// `less`.
[[nodiscard]] constexpr ByteSet byte_set(unsigned first, unsigned last, std::string_view more,
                                         std::string_view less) {
  ByteSet set{};
  for (unsigned byte = first; byte <= last; ++byte) set[byte] = true;
  for (const char byte : more) set[static_cast<unsigned char>(byte)] = true;
  for (const char byte : less) set[static_cast<unsigned char>(byte)] = false;
  return set;
}

// The names of methods, fields and extensions consist of these (RFC 9110 section 5.6.2).
inline constexpr ByteSet kTokenBytes = byte_set(0x21, 0x7e, "", "\"(),/:;<=>?@[\\]{}");
// The value of a field consists of these. Bytes beyond ASCII mean nothing (RFC 9110 section 5.5).
inline constexpr ByteSet kValueBytes = byte_set(0x20, 0xff, "\t", "\x7f");
// These stand between quotes without a backslash before them (RFC 9110 section 5.6.4).
inline constexpr ByteSet kQuotedBytes = byte_set(0x20, 0xff, "\t", "\"\\\x7f");
// A request target has no fragment (RFC 9112 section 3.2). Bytes beyond ASCII are admitted, as
// most servers do, because people type them: a parameter that is not UTF-8 is refused later.
inline constexpr ByteSet kTargetBytes = byte_set(0x21, 0xff, "", "#\x7f");

[[nodiscard]] constexpr bool is_token(std::string_view text) {
  return !text.empty() && has_all(kTokenBytes, text);
}

// Returns the text without the spaces and tabs at both ends.
[[nodiscard]] constexpr std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Returns what stands before the first comma, without blanks, and leaves what is behind it.
[[nodiscard]] constexpr std::string_view take_element(std::string_view& list) {
  const size_t comma = list.find(',');
  const std::string_view element = without_blanks(list.substr(0, comma));
  list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  return element;
}

}  // namespace penstock::http
