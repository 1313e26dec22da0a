#include "contract/formats/idna_label.h"

#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "contract/formats/format_scanner.h"

namespace penstock::contract {

namespace {

// A label has at most this many bytes (RFC 1035 section 2.3.4), and decodes to at most as many code
// points.
constexpr size_t kLabelMax = 63;

// A Label has the code points of a decoded label. It is on the stack, so that checking a label does
// not allocate.
struct Label {
  std::array<char32_t, kLabelMax> points{};
  size_t size = 0;

  void insert(size_t at, char32_t point) {
    for (size_t i = size++; i > at; --i) points[i] = points[i - 1];
    points[at] = point;
  }
};

// Returns the bias for the next delta (RFC 3492 section 6.1).
uint64_t adapted_bias(uint64_t delta, uint64_t count, bool first) {
  delta /= first ? 700 : 2;
  delta += delta / count;
  uint64_t k = 0;
  for (; delta > 35 * 26 / 2; k += 36) delta /= 35;
  return k + 36 * delta / (delta + 38);
}

uint64_t threshold(uint64_t k, uint64_t bias) {
  return k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
}

// Decodes Punycode (RFC 3492 section 6.2, with the parameters of section 5). Returns nothing if the
// text is malformed, or does not need Punycode.
std::optional<Label> decode_punycode(std::string_view text) {
  Label label;
  if (const size_t basic = text.rfind('-'); basic != std::string_view::npos) {
    for (const char c : text.substr(0, basic)) {
      label.insert(label.size, static_cast<char32_t>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c));
    }
    text.remove_prefix(basic + 1);
  }
  // A label of ASCII alone is not an A-label (RFC 5890 section 2.3.2.1).
  if (text.empty()) return std::nullopt;
  uint64_t point = 128;
  uint64_t position = 0;
  uint64_t bias = 72;
  for (bool first = true; !text.empty(); first = false) {
    const uint64_t before = position;
    uint64_t weight = 1;
    for (uint64_t k = 36;; k += 36) {
      if (text.empty()) return std::nullopt;
      const char c = text.front();
      text.remove_prefix(1);
      if (c == '-') return std::nullopt;  // All other bytes are digits or letters.
      const auto digit = static_cast<uint64_t>(c <= '9' ? c - '0' + 26 : (c | 0x20) - 'a');
      position += digit * weight;
      if (position > UINT32_MAX) return std::nullopt;
      if (digit < threshold(k, bias)) break;
      weight *= 36 - threshold(k, bias);
      if (weight > UINT32_MAX) return std::nullopt;
    }
    const uint64_t count = label.size + 1;
    bias = adapted_bias(position - before, count, first);
    point += position / count;
    position %= count;
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return std::nullopt;
    if (label.size == kLabelMax) return std::nullopt;
    label.insert(position++, static_cast<char32_t>(point));
  }
  return label;
}

// Encodes the label as Punycode (RFC 3492 section 6.3). Returns nothing if that and "xn--" are
// longer than a label may be.
std::optional<std::string> encode_punycode(const Label& label) {
  constexpr size_t kEncodedMax = kLabelMax - 4;
  std::string text;
  for (size_t i = 0; i < label.size; ++i) {
    if (label.points[i] < 128) text += static_cast<char>(label.points[i]);
  }
  const size_t basic = text.size();
  if (basic > 0) text += '-';
  uint64_t point = 128;
  uint64_t delta = 0;
  uint64_t bias = 72;
  for (size_t done = basic; done < label.size; ++delta, ++point) {
    uint64_t next = UINT32_MAX;
    for (size_t i = 0; i < label.size; ++i) {
      if (label.points[i] >= point) next = std::min<uint64_t>(next, label.points[i]);
    }
    delta += (next - point) * (done + 1);
    point = next;
    for (size_t i = 0; i < label.size; ++i) {
      if (label.points[i] < point) ++delta;
      if (label.points[i] != point) continue;
      uint64_t rest = delta;
      uint64_t k = 36;
      const auto put = [&text](uint64_t digit) {
        text += static_cast<char>(digit < 26 ? 'a' + digit : '0' + (digit - 26));
      };
      for (uint64_t limit = 0; limit = threshold(k, bias), rest >= limit; k += 36) {
        put(limit + (rest - limit) % (36 - limit));
        rest = (rest - limit) / (36 - limit);
      }
      put(rest);
      bias = adapted_bias(delta, done + 1, done == basic);
      delta = 0;
      ++done;
      if (text.size() > kEncodedMax) return std::nullopt;
    }
  }
  return text.size() > kEncodedMax ? std::nullopt : std::optional(std::move(text));
}

// Writes the label to `bytes` as UTF-8, and returns a view of it.
re2::StringPiece encode_utf8(const Label& label, std::array<char, kLabelMax * 4>& bytes) {
  constexpr char32_t kLead[] = {0, 0xc0, 0xe0, 0xf0};
  size_t size = 0;
  const auto put = [&](char32_t byte) { bytes[size++] = static_cast<char>(byte); };
  for (size_t i = 0; i < label.size; ++i) {
    const char32_t point = label.points[i];
    if (point < 0x80) {
      put(point);
      continue;
    }
    const int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    put(kLead[more] | point >> (6 * more));
    for (int shift = 6 * (more - 1); shift >= 0; shift -= 6) put(0x80U | (point >> shift & 0x3fU));
  }
  return {bytes.data(), size};
}

// This pattern has the code points that a label may have: the categories of RFC 5892 section 2.1
// without Lu, because upper case is folded, and the PVALID, CONTEXTJ and CONTEXTO exceptions of
// section 2.6.
constexpr char kAllowed[] =
    R"([-a-z0-9\p{Ll}\p{Lo}\p{Lm}\p{Mn}\p{Mc}\p{Nd}\x{6FD}\x{6FE}\x{F0B}\x{3007}\x{B7})"
    R"(\x{375}\x{5F3}\x{5F4}\x{30FB}\x{200C}\x{200D}]+)";

// Returns a pattern of what a label must not contain: misplaced hyphens and a leading mark (RFC
// 5891 sections 4.2.3.1 and 4.2.3.2), the DISALLOWED exceptions (RFC 5892 section 2.6), and code
// points out of context (RFC 5892 appendix A.1 to A.9). Instead of the joining types of A.1 it uses
// the scripts that have them.
std::string forbidden_pattern() {
  const std::string virama =
      R"(\x{94D}\x{9CD}\x{A4D}\x{ACD}\x{B4D}\x{BCD}\x{C4D}\x{CCD}\x{D4D}\x{DCA}\x{E3A})"
      R"(\x{EBA}\x{F84}\x{1039}\x{103A}\x{1714}\x{1734}\x{17D2}\x{1B44}\x{1BAA}\x{A806})"
      R"(\x{A8C4}\x{A953}\x{A9C0}\x{AAF6}\x{ABED})";
  const std::string joining = R"(\p{Arabic}\p{Syriac}\p{Mongolian}\p{Nko}\p{Mandaic}\p{Mn})";
  return R"(^-|-$|^..--|^\p{M}|[\x{640}\x{7FA}\x{302E}\x{302F}\x{3031}-\x{3035}\x{303B}])"
         R"(|(?:^|[^l])\x{B7}|\x{B7}(?:[^l]|$)|\x{375}(?:\P{Greek}|$))"
         R"(|(?:^|\P{Hebrew})[\x{5F3}\x{5F4}])"
         R"(|[\x{660}-\x{669}].*[\x{6F0}-\x{6F9}]|[\x{6F0}-\x{6F9}].*[\x{660}-\x{669}])"
         R"(|(?:^|[^)" +
         virama + R"(])\x{200D}|(?:^|[^)" + virama + joining + R"(])\x{200C}|[^)" + virama +
         R"(]\x{200C}(?:[^)" + joining + R"(]|$))";
}

// RE2 keeps states that depend on the client's labels, so its memory is bounded.
RE2::Options with_memory(int64_t mebibytes) {
  RE2::Options options(RE2::Quiet);
  options.set_max_mem(mebibytes << 20);
  return options;
}

// These match a right-to-left code point (the bidirectional classes R and AL) by the scripts that
// have them, an Arabic number (AN), a European number (EN), and what may stand beside both.
constexpr char kRight[] =
    R"((?:[^\P{Hebrew}\p{Mn}]|[^\P{Arabic}\p{Mn}\x{66B}\x{66C}\x{6DD}\x{6F0}-\x{6F9}])"
    R"(|[^\P{Syriac}\p{Mn}]|[^\P{Thaana}\p{Mn}]|[^\P{Nko}\p{Mn}]|[^\P{Samaritan}\p{Mn}])"
    R"(|[^\P{Mandaic}\p{Mn}]|[^\P{Adlam}\p{Mn}]))";
constexpr char kArabicNumber[] = R"([\x{660}-\x{669}\x{66B}\x{66C}\x{6DD}])";
constexpr char kEuropeanNumber[] = R"([0-9\x{6F0}-\x{6F9}])";
constexpr char kNeutral[] = R"([-\x{B7}\x{375}\x{30FB}\x{200C}\x{200D}])";

// LabelPatterns are what check() matches with. They are made once.
struct LabelPatterns {
  const std::string right = kRight;
  const std::string number = kArabicNumber;
  const std::string digit = kEuropeanNumber;
  const std::string neutral = kNeutral;
  const RE2 allowed{kAllowed, with_memory(1)};
  const RE2 forbidden{forbidden_pattern(), with_memory(4)};
  const RE2 middle_dot{R"(\x{30FB})", with_memory(1)};  // RFC 5892 appendix A.7.
  const RE2 japanese{R"([\p{Hiragana}\p{Katakana}\p{Han}])", with_memory(1)};
  const RE2 is_right{right + '|' + number, with_memory(2)};
  const RE2 right_to_left{right + "(?:(?:" + right + '|' + number + '|' + digit + '|' + neutral +
                              R"(|\p{Mn})*(?:)" + right + '|' + number + '|' + digit +
                              R"())?\p{Mn}*)",
                          with_memory(4)};
  const RE2 two_numbers{number + ".*" + digit + '|' + digit + ".*" + number, with_memory(1)};
  const RE2 not_left{"^(?:" + digit + '|' + neutral + ")|" + neutral + R"(\p{Mn}*$)",
                     with_memory(1)};
};

// Checks the rules for code points, and the part of the Bidi rule (RFC 5893 section 2) that is
// about one label.
IdnaLabel check(const Label& label) {
  static const LabelPatterns patterns;
  std::array<char, kLabelMax * 4> bytes;
  const re2::StringPiece text = encode_utf8(label, bytes);
  IdnaLabel checked;
  checked.valid =
      RE2::FullMatch(text, patterns.allowed) && !RE2::PartialMatch(text, patterns.forbidden) &&
      (!RE2::PartialMatch(text, patterns.middle_dot) || RE2::PartialMatch(text, patterns.japanese));
  if (!checked.valid) return checked;
  checked.is_right = RE2::PartialMatch(text, patterns.is_right);
  if (checked.is_right) {
    checked.valid = RE2::FullMatch(text, patterns.right_to_left) &&
                    !RE2::PartialMatch(text, patterns.two_numbers);
  } else {
    checked.fits_beside_right = !RE2::PartialMatch(text, patterns.not_left);
  }
  return checked;
}

char lower(char c) {
  return static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

}  // namespace

IdnaLabel check_a_label(std::string_view label) {
  if (label.size() > kLabelMax || label.size() < 5) return {};
  const std::string_view encoded = label.substr(4);
  const std::optional<Label> decoded = decode_punycode(encoded);
  if (!decoded) return {};
  // Another text that decodes to the same label is none (RFC 5891 section 5.4).
  const std::optional<std::string> again = encode_punycode(*decoded);
  const auto same = [](char a, char b) { return lower(a) == lower(b); };
  if (!again || !std::equal(encoded.begin(), encoded.end(), again->begin(), again->end(), same)) {
    return {};
  }
  return check(*decoded);
}

IdnaLabel check_u_label(std::string_view label) {
  Label points;
  Scanner scanner(label);
  while (!scanner.done()) {
    const auto point = scanner.take_point();
    if (!point || points.size == kLabelMax) return {};
    points.insert(points.size, *point);
  }
  return encode_punycode(points) ? check(points) : IdnaLabel{};
}

}  // namespace penstock::contract
