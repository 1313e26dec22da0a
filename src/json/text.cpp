#include "json/text.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "base/bytes16.h"
#include "base/utf8.h"

namespace penstock::json {
namespace {

constexpr bool needs_care(unsigned char byte) {
  return byte < 0x20 || byte == '"' || byte == '\\' || byte >= 0x7f;
}

// Says whether any of the eight bytes needs care, by the tests of "Bit Twiddling Hacks", "Determine
// if a word has a byte less than n".
bool any_needs_care(uint64_t word) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHighs = kOnes * 0x80;
  const auto has_zero = [](uint64_t bytes) { return (bytes - kOnes) & ~bytes; };
  const uint64_t controls = (word - kOnes * 0x20) & ~word;
  const uint64_t found = word | controls | has_zero(word ^ kOnes * '"') |
                         has_zero(word ^ kOnes * '\\') | has_zero(word ^ kOnes * 0x7f);
  return (found & kHighs) != 0;
}

uint64_t word_at(const char* at) {
  uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// Says whether no byte needs care.
bool is_plain(std::string_view text) {
  const char* at = text.data();
  const size_t size = text.size();
  if (size < sizeof(uint64_t)) {
    for (const char c : text) {
      if (needs_care(static_cast<unsigned char>(c))) return false;
    }
    return true;
  }
  // The last bytes are looked at twice where the size is no multiple.
  const char* const end = at + size;
  if (size < sizeof(base::Bytes16)) {
    return !any_needs_care(word_at(at)) && !any_needs_care(word_at(end - sizeof(uint64_t)));
  }
  const auto care = [](const char* block) {
    const base::Bytes16 bytes = base::load16(block);
    return (bytes - 0x20 >= 0x7f - 0x20) | (bytes == '"') | (bytes == '\\');
  };
  auto any = care(end - sizeof(base::Bytes16));
  for (; end - at >= static_cast<ptrdiff_t>(sizeof(base::Bytes16)); at += sizeof(base::Bytes16)) {
    any |= care(at);
  }
  return !base::Mask16(base::Bytes16(any)).any();
}

// Returns the letter of a two-character escape such as \n, or 0 if the byte has none.
constexpr char short_escape(unsigned char byte) {
  switch (byte) {
    case '"':
    case '\\':
      return static_cast<char>(byte);
    case '\b':
      return 'b';
    case '\t':
      return 't';
    case '\n':
      return 'n';
    case '\f':
      return 'f';
    case '\r':
      return 'r';
    default:
      return 0;
  }
}

void append_escape(std::string& out, unsigned char byte) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  if (const char letter = short_escape(byte); letter != 0) {
    const char escape[2] = {'\\', letter};
    out.append(escape, sizeof escape);
    return;
  }
  const char escape[6] = {'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]};
  out.append(escape, sizeof escape);
}

// Returns the escape of a character above ASCII at the start of the text that a terminal may obey
// (U+0080 to U+009F), or that some readers take for the end of a line (U+2028 and U+2029). Returns
// nothing for any other.
std::string_view escape_of_control(std::string_view text, std::array<char, 6>& escape) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  const auto at = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  if (at(0) == 0xc2 && at(1) < 0xa0) {
    escape = {'\\', 'u', '0', '0', kHex[at(1) >> 4], kHex[at(1) & 15]};
  } else if (at(0) == 0xe2 && at(1) == 0x80 && (at(2) == 0xa8 || at(2) == 0xa9)) {
    escape = {'\\', 'u', '2', '0', '2', kHex[at(2) & 15]};
  } else {
    return {};
  }
  return {escape.data(), escape.size()};
}

enum class BadUtf8 { replace, refuse };

template <BadUtf8 policy>
bool append_escaped(std::string& out, std::string_view text) {
  out += '"';
  if (is_plain(text)) {
    out.append(text).append(1, '"');
    return true;
  }
  size_t plain = 0;  // Start of the run that can be copied unchanged.
  size_t i = 0;
  while (i < text.size()) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (!needs_care(byte)) {
      ++i;
      continue;
    }
    if (byte >= 0x80) {
      if (const int length = base::utf8_length(text.substr(i)); length > 0) {
        const size_t start = std::exchange(i, i + static_cast<size_t>(length));
        if constexpr (policy == BadUtf8::replace) {
          std::array<char, 6> memory;
          const auto escape = escape_of_control(text.substr(start), memory);
          if (!escape.empty()) {
            out.append(text, plain, start - plain).append(escape);
            plain = i;
          }
        }
        continue;
      }
      if constexpr (policy == BadUtf8::refuse) return false;
    }
    out.append(text, plain, i - plain);
    if (byte >= 0x80) {
      out += "\xef\xbf\xbd";
    } else {
      append_escape(out, byte);
    }
    plain = ++i;
  }
  out.append(text, plain, i - plain);
  out += '"';
  return true;
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  append_escaped<BadUtf8::replace>(out, text);
}

bool append_checked_string(std::string& out, std::string_view text) {
  return append_escaped<BadUtf8::refuse>(out, text);
}

std::string quoted(std::string_view text) {
  std::string json;
  append_string(json, text);
  return json;
}

}  // namespace penstock::json
