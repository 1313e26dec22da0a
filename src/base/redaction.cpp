#include "base/redaction.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <unordered_set>
#include <utility>

#include "base/printable_text.h"

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

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
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

// Makes texts alike that differ only in case, in the alphabet of base64, or in a plus that was read
// as a blank.
WipedText normal(std::string_view text) {
  WipedText out(text);
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
  WipedText out;
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
  WipedText out;
  for (const char c : text) {
    out += kDigits[static_cast<uint8_t>(c) >> 4];
    out += kDigits[static_cast<uint8_t>(c) & 15];
  }
  return out;
}

// Encodes as in a query, because a URL may be what base64 encodes: an MSK token is that.
WipedText in_query(std::string_view text) {
  WipedText out;
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

// Holds the pieces of kSecretBytesMin bytes of all forms of the secrets.
class Pieces {
 public:
  static constexpr size_t kBytes = Redaction::kSecretBytesMin;

  void add_forms(std::string_view secret) {
    add(secret);
    add(hex(secret));
    const WipedText query = in_query(secret);
    // Base64 has three forms of a text, for the three places where it may begin in a group.
    for (size_t skip = 0; skip < 3; ++skip) {
      add(base64(secret.substr(skip)));
      add(base64(std::string_view(query).substr(skip)));
    }
  }

  // Finds every piece that the level has, and sets its entries in `hidden`, which has one for each
  // byte of the original text.
  void find_in(const Level& level, std::vector<bool>& hidden) const {
    const WipedText text = normal(level.bytes);
    for (size_t i = 0; i + kBytes <= text.size(); ++i) {
      if (!pieces_.contains(hash(std::string_view(text).substr(i, kBytes)))) continue;
      std::fill(hidden.begin() + static_cast<std::ptrdiff_t>(level.begins[i]),
                hidden.begin() + static_cast<std::ptrdiff_t>(level.begins[i + kBytes]), true);
    }
  }

 private:
  static size_t hash(std::string_view piece) { return std::hash<std::string_view>()(piece); }

  void add(std::string_view form) {
    const WipedText text = normal(form);
    for (size_t i = 0; i + kBytes <= text.size(); ++i) {
      pieces_.insert(hash(std::string_view(text).substr(i, kBytes)));
    }
  }

  std::unordered_set<size_t> pieces_;
};

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
std::optional<Value> value_at(std::string_view text, bool is_header) {
  constexpr std::string_view kAround = " \t\"'\\[";
  // A colon often has an explanation behind it instead: "no token: it has expired". In JSON the
  // value has quotes.
  constexpr size_t kAfterColonMin = 16;
  const size_t sign = text.find_first_not_of(kAround);
  if (sign == std::string_view::npos) return std::nullopt;
  if (text[sign] != '=' && text[sign] != ':' && text[sign] != '>') return std::nullopt;
  const size_t begin = text.find_first_not_of(kAround, sign + 1);
  if (begin == std::string_view::npos) return std::nullopt;
  const size_t length = value_length(text.substr(begin), is_header);
  const bool is_quoted = text[begin - 1] == '"' || text[begin - 1] == '\'';
  if (text[sign] == ':' && !is_quoted && length < kAfterColonMin) return std::nullopt;
  return Value{begin, length};
}

// Hides what the names say to be secret.
void find_named(const Level& level, std::vector<bool>& hidden) {
  static constexpr std::string_view kAuthorization = "authorization";
  // A name begins where a word does, so "token" stands for X-Amz-Security-Token, too.
  static constexpr std::array kNames{kAuthorization,
                                     std::string_view("token"),
                                     std::string_view("xamzsecuritytoken"),
                                     std::string_view("securitytoken"),
                                     std::string_view("sessiontoken"),
                                     std::string_view("awssessiontoken"),
                                     std::string_view("webidentitytoken"),
                                     std::string_view("accesstoken"),
                                     std::string_view("authtoken"),
                                     std::string_view("signature"),
                                     std::string_view("secret"),
                                     std::string_view("secretkey"),
                                     std::string_view("secretaccesskey"),
                                     std::string_view("awssecretaccesskey"),
                                     std::string_view("clientsecret"),
                                     std::string_view("password"),
                                     std::string_view("passwd")};
  const std::string_view text = level.bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && is_word(text[i - 1])) continue;
    for (const std::string_view name : kNames) {
      const size_t length = name_length(text.substr(i), name);
      if (length == 0) continue;
      const auto value = value_at(text.substr(i + length), name == kAuthorization);
      if (!value) continue;
      const size_t begin = i + length + value->begin;
      const size_t end = begin + value->length;
      std::fill(hidden.begin() + static_cast<std::ptrdiff_t>(level.begins[begin]),
                hidden.begin() + static_cast<std::ptrdiff_t>(level.begins[end]), true);
    }
  }
}

}  // namespace

void Redaction::add(std::string_view secret) {
  if (secret.size() >= kSecretBytesMin) secrets_.emplace_back(secret);
}

void Redaction::add(const Redaction& other) {
  secrets_.insert(secrets_.end(), other.secrets_.begin(), other.secrets_.end());
}

std::string Redaction::shown(std::string_view text, size_t bytes_max) const {
  text = text.substr(0, kLookedAtMax);
  Pieces pieces;
  for (const WipedText& secret : secrets_) pieces.add_forms(secret);
  std::vector<bool> hidden(text.size(), false);
  Level level = original(text);
  for (int i = 0; i < kLevels; ++i) {
    pieces.find_in(level, hidden);
    find_named(level, hidden);
    level = unescaped(level);
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
