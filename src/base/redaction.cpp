#include "base/redaction.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include "base/ascii_case.h"
#include "base/printable_text.h"
#include "base/wiped_text.h"

namespace penstock::base {
namespace {

// No more than this of a text is looked at. It bounds the time, and is far more than is shown.
constexpr size_t kLookedAtMax = 16 * 1024;
// A text is unescaped so many times. A canonical request of AWS within an URL within JSON needs
// three.
constexpr int kLevels = 4;
constexpr std::string_view kInstead = "(secret)";

// This is a text after some unescaping. Byte i of `bytes` comes from the bytes from begins[i] to
// before begins[i + 1] of the original text.
struct Level {
  WipedText bytes;
  std::vector<size_t> begins;
};

std::optional<uint32_t> digit_of(char c) {
  if (c >= '0' && c <= '9') return static_cast<uint32_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<uint32_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<uint32_t>(c - 'A' + 10);
  return std::nullopt;
}

// Holds an escaped character, and how many bytes of the text it took.
struct Escape {
  char byte;
  size_t length;
};

// Reads a number with up to `digits_max` digits. Only ASCII matters, because secrets have nothing
// else; anything beyond it becomes a byte that they do not have.
std::optional<Escape> number(std::string_view text, uint32_t base, size_t digits_min,
                             size_t digits_max) {
  uint32_t value = 0;
  size_t length = 0;
  while (length < std::min(text.size(), digits_max)) {
    const auto digit = digit_of(text[length]);
    if (!digit || *digit >= base) break;
    value = value * base + *digit;
    ++length;
  }
  if (length < digits_min) return std::nullopt;
  return Escape{value < 0x80 ? static_cast<char>(value) : '\0', length};
}

std::optional<Escape> reference(std::string_view text) {
  using Named = std::pair<std::string_view, char>;
  static constexpr std::array kNamed{Named{"&amp;", '&'}, Named{"&lt;", '<'}, Named{"&gt;", '>'},
                                     Named{"&quot;", '"'}, Named{"&apos;", '\''}};
  for (const auto& [name, byte] : kNamed) {
    if (text.starts_with(name)) return Escape{byte, name.size()};
  }
  if (!text.starts_with("&#")) return std::nullopt;
  const bool hex = text.size() > 2 && lower(text[2]) == 'x';
  const size_t prefix = hex ? 3 : 2;
  const auto found = number(text.substr(prefix), hex ? 16 : 10, 1, 7);
  if (!found) return std::nullopt;
  const size_t end = prefix + found->length;
  return Escape{found->byte, end < text.size() && text[end] == ';' ? end + 1 : end};
}

// Reads an escape of URLs (%2F), JSON (\u002f, \/) or XML (&#47;) at the start of the text.
std::optional<Escape> escape_at(std::string_view text) {
  if (text.front() == '&') return reference(text);
  if (text.front() == '%') {
    const auto found = number(text.substr(1), 16, 2, 2);
    return found ? std::optional(Escape{found->byte, found->length + 1}) : std::nullopt;
  }
  if (text.front() != '\\' || text.size() < 2) return std::nullopt;
  if (text[1] == 'u' || text[1] == 'x') {
    const size_t digits = text[1] == 'u' ? 4 : 2;
    const auto found = number(text.substr(2), 16, digits, digits);
    return found ? std::optional(Escape{found->byte, found->length + 2}) : std::nullopt;
  }
  return Escape{text[1] == 'n' || text[1] == 'r' || text[1] == 't' ? ' ' : text[1], 2};
}

Level original(std::string_view text) {
  Level level{.bytes = WipedText(text), .begins = {}};
  for (size_t i = 0; i <= text.size(); ++i) level.begins.push_back(i);
  return level;
}

Level unescaped(const Level& level) {
  Level next;
  const std::string_view text = level.bytes;
  for (size_t i = 0; i < text.size();) {
    const auto escape = escape_at(text.substr(i));
    next.bytes += escape ? escape->byte : text[i];
    next.begins.push_back(level.begins[i]);
    i += escape ? escape->length : 1;
  }
  next.begins.push_back(level.begins.back());
  return next;
}

bool is_hex_pair(std::string_view text) {
  return text.size() == 2 && digit_of(text[0]) && digit_of(text[1]);
}

// Leaves out blanks and colons between pairs of hexadecimal digits: S3 writes the bytes of what it
// has expected so ("49 51 6f").
Level joined(const Level& level) {
  Level next;
  const std::string_view text = level.bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool between = i >= 2 && (text[i] == ' ' || text[i] == ':') &&
                         is_hex_pair(text.substr(i - 2, 2)) && is_hex_pair(text.substr(i + 1, 2));
    if (between) continue;
    next.bytes += text[i];
    next.begins.push_back(level.begins[i]);
  }
  next.begins.push_back(level.begins.back());
  return next;
}

// Returns an empty text with room for so many bytes. It is not in the object itself, where nothing
// would wipe it.
WipedText with_room_for(size_t bytes) {
  constexpr size_t kOnHeap = 32;
  WipedText out;
  out.reserve(std::max(bytes, kOnHeap));
  return out;
}

// Makes texts alike that differ only in case, in the alphabet of base64, or in a plus that was read
// as a blank.
WipedText normal(std::string_view text) {
  WipedText out = with_room_for(text.size());
  out.append(text);
  for (char& c : out) {
    c = lower(c);
    if (c == '-' || c == ' ') c = '+';
    if (c == '_') c = '/';
  }
  return out;
}

WipedText base64(std::string_view text) {
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  WipedText out = with_room_for(text.size() / 3 * 4);
  // The last bytes, which are no group of three, depend on what follows the text.
  for (size_t i = 0; i + 3 <= text.size(); i += 3) {
    uint32_t group = 0;
    for (size_t j = i; j < i + 3; ++j) group = group << 8 | static_cast<uint8_t>(text[j]);
    for (const int shift : {18, 12, 6, 0}) out += kDigits[group >> shift & 63];
  }
  return out;
}

WipedText hex(std::string_view text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  WipedText out = with_room_for(2 * text.size());
  for (const char c : text) {
    out += kDigits[static_cast<uint8_t>(c) >> 4];
    out += kDigits[static_cast<uint8_t>(c) & 15];
  }
  return out;
}

// Encodes as in a query, because a URL may be what base64 encodes: an MSK token is that.
WipedText in_query(std::string_view text) {
  WipedText out = with_room_for(3 * text.size());
  for (const char c : text) {
    const bool plain = (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out.append("%");
      for (const char digit : hex(std::string_view(&c, 1))) {
        out += digit >= 'a' ? static_cast<char>(digit - 'a' + 'A') : digit;
      }
    }
  }
  return out;
}

// These are the hashes of the pieces of a secret, in ascending order.
using Pieces = std::vector<size_t, WipingAllocator<size_t>>;
constexpr size_t kPieceBytes = Redaction::kSecretBytesMin;

// Calls `take` with the position and the hash of every piece of the text, which is normal().
template <class Take>
void for_each_piece(std::string_view text, Take take) {
  for (size_t i = 0; i + kPieceBytes <= text.size(); ++i) {
    take(i, std::hash<std::string_view>()(text.substr(i, kPieceBytes)));
  }
}

// Returns the pieces of all forms of the secret.
Pieces pieces_of(std::string_view secret) {
  Pieces pieces;
  const auto add = [&pieces](std::string_view form) {
    for_each_piece(normal(form), [&](size_t, size_t piece) { pieces.push_back(piece); });
  };
  const WipedText query = in_query(secret);
  add(secret);
  add(hex(secret));
  // Base64 has three forms of a text, for the three places where it may begin in a group.
  for (size_t skip = 0; skip < 3; ++skip) {
    add(base64(secret.substr(skip)));
    add(base64(std::string_view(query).substr(skip)));
  }
  std::sort(pieces.begin(), pieces.end());
  pieces.erase(std::unique(pieces.begin(), pieces.end()), pieces.end());
  return pieces;
}

bool is_word(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
}

// Returns how many bytes the name has at the start of the text, whatever its case and its dashes,
// or 0 if another word is there.
size_t name_length(std::string_view text, std::string_view name) {
  size_t at = 0;
  for (const char c : name) {
    while (at < text.size() && at > 0 && (text[at] == '-' || text[at] == '_')) ++at;
    if (at == text.size() || lower(text[at]) != c) return 0;
    ++at;
  }
  return at < text.size() && is_word(text[at]) ? 0 : at;
}

// Says what follows a name.
enum class Follows {
  word,      // The secret is a word; but after a colon there may be an explanation.
  password,  // The secret is a word, however short it is.
  header,    // The secret may consist of several words.
};

// Returns the size of the value at the start of the text. `is_header` says that it may consist of
// several words.
size_t value_length(std::string_view text, bool is_header) {
  const size_t end = text.find_first_of(is_header ? "\r\n<\"\\" : " \t\r\n&<>\"'\\,;)]}");
  const size_t length = std::min(end, text.size());
  const auto is_scheme = [&](std::string_view scheme) {
    return name_length(text, scheme) == length && length < text.size() && text[length] == ' ';
  };
  if (is_header || (!is_scheme("bearer") && !is_scheme("basic"))) return length;
  return length + 1 + value_length(text.substr(length + 1), false);
}

// A value is a part of a text.
struct Value {
  size_t begin;
  size_t length;
};

// Returns the value if the text begins with "=", ":" or ">", within blanks and quotes.
std::optional<Value> value_at(std::string_view text, Follows follows) {
  constexpr std::string_view kAround = " \t\"'\\[";
  // A colon often has an explanation behind it instead: "no token: it has expired", or "token:
  // /run/token: there is no such file". In JSON the value has quotes.
  constexpr size_t kAfterColonMin = 16;
  const size_t sign = text.find_first_not_of(kAround);
  if (sign == std::string_view::npos) return std::nullopt;
  if (text[sign] != '=' && text[sign] != ':' && text[sign] != '>') return std::nullopt;
  const size_t begin = text.find_first_not_of(kAround, sign + 1);
  if (begin == std::string_view::npos) return std::nullopt;
  const size_t length = value_length(text.substr(begin), follows == Follows::header);
  const bool is_quoted = text[begin - 1] == '"' || text[begin - 1] == '\'';
  if (follows == Follows::word && text[sign] == ':' && !is_quoted &&
      (length < kAfterColonMin || text[begin] == '/')) {
    return std::nullopt;
  }
  return Value{begin, length};
}

// Marks the original of a part of the level.
void hide(const Level& level, size_t begin, size_t end, std::vector<bool>& hidden) {
  std::fill(hidden.begin() + static_cast<std::ptrdiff_t>(level.begins[begin]),
            hidden.begin() + static_cast<std::ptrdiff_t>(level.begins[end]), true);
}

// Hides what the names say to be secret.
void find_named(const Level& level, std::vector<bool>& hidden) {
  using Name = std::pair<std::string_view, Follows>;
  // A name begins where a word does, so "token" stands for X-Amz-Security-Token, too.
  static constexpr std::array kNames{Name{"authorization", Follows::header},
                                     Name{"password", Follows::password},
                                     Name{"passwd", Follows::password},
                                     Name{"token", Follows::word},
                                     Name{"xamzsecuritytoken", Follows::word},
                                     Name{"securitytoken", Follows::word},
                                     Name{"sessiontoken", Follows::word},
                                     Name{"awssessiontoken", Follows::word},
                                     Name{"webidentitytoken", Follows::word},
                                     Name{"accesstoken", Follows::word},
                                     Name{"authtoken", Follows::word},
                                     Name{"signature", Follows::word},
                                     Name{"secret", Follows::word},
                                     Name{"secretkey", Follows::word},
                                     Name{"secretaccesskey", Follows::word},
                                     Name{"awssecretaccesskey", Follows::word},
                                     Name{"clientsecret", Follows::word}};
  // Beyond so many, the rest of the text is hidden: each may take as long as the text is.
  constexpr int kNamedMax = 100;
  int named = 0;
  const std::string_view text = level.bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && is_word(text[i - 1])) continue;
    for (const auto& [name, follows] : kNames) {
      const size_t length = name_length(text.substr(i), name);
      if (length == 0) continue;
      const auto value = value_at(text.substr(i + length), follows);
      if (!value) continue;
      const size_t begin = i + length + value->begin;
      if (++named > kNamedMax) return hide(level, begin, text.size(), hidden);
      hide(level, begin, begin + value->length, hidden);
    }
  }
}

}  // namespace

// Holds one secret. Most are never looked for, so its pieces are made when that first happens.
class Redaction::Secret {
 public:
  explicit Secret(std::string_view text) : text_(with_room_for(text.size())) { text_.append(text); }

  [[nodiscard]] bool has(size_t piece) const {
    std::call_once(once_, [this] { pieces_ = pieces_of(text_); });
    return std::binary_search(pieces_.begin(), pieces_.end(), piece);
  }

 private:
  WipedText text_;
  mutable std::once_flag once_;
  mutable Pieces pieces_;
};

void Redaction::add(std::string_view secret) {
  if (secret.size() >= kSecretBytesMin) secrets_.push_back(std::make_shared<const Secret>(secret));
}

void Redaction::add(const Redaction& other) {
  const std::vector<std::shared_ptr<const Secret>> more = other.secrets_;
  secrets_.insert(secrets_.end(), more.begin(), more.end());
}

std::string Redaction::shown(std::string_view text, size_t bytes_max) const {
  if (text.empty()) return {};
  text = text.substr(0, kLookedAtMax);
  std::vector<bool> hidden(text.size(), false);
  Level level = original(text);
  const auto find_pieces = [&](const Level& searched) {
    for_each_piece(normal(searched.bytes), [&](size_t at, size_t piece) {
      const bool is_secret = std::any_of(secrets_.begin(), secrets_.end(),
                                         [&](const auto& secret) { return secret->has(piece); });
      if (is_secret) hide(searched, at, at + kPieceBytes, hidden);
    });
  };
  for (int i = 0; i < kLevels; ++i) {
    find_pieces(level);
    if (!secrets_.empty()) find_pieces(joined(level));
    find_named(level, hidden);
    Level next = unescaped(level);
    if (next.bytes.size() == level.bytes.size()) break;  // Nothing was escaped.
    level = std::move(next);
  }
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (hidden[i]) {
      if (i == 0 || !hidden[i - 1]) out += kInstead;
    } else {
      const bool blank = text[i] == '\n' || text[i] == '\r' || text[i] == '\t';
      out += blank ? ' ' : text[i];
    }
  }
  return printable(out, bytes_max);
}

}  // namespace penstock::base
