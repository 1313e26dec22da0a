#include "contract/patterns/character_class.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <system_error>
#include <utility>

#include "base/utf8.h"
#include "contract/patterns/unicode.h"

namespace penstock::contract {

namespace {

using Range = CharacterSet::Range;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Returns the code point of a character in UTF-8.
uint32_t code_point(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return first;
  uint32_t point = first & (0x7fU >> character.size());
  for (const char c : character.substr(1)) {
    point = point << 6 | (static_cast<unsigned char>(c) & 0x3fU);
  }
  return point;
}

// Returns what \d, \s and \w match (RE2's syntax page, "Perl character classes"), or nothing for
// another letter.
std::optional<CharacterSet> perl_class(char letter) {
  CharacterSet set;
  if (letter == 'd') {
    set.add('0', '9');
  } else if (letter == 's') {
    set.ranges = {{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}};
  } else if (letter == 'w') {
    set = word_characters();
  } else {
    return std::nullopt;
  }
  return set;
}

// Returns what [:name:] matches (the same page, "ASCII character classes"), or nothing if it is no
// such name.
std::optional<CharacterSet> named_class(std::string_view name) {
  struct Class {
    std::string_view name;
    std::array<Range, 4> ranges;
    size_t count;
  };
  static constexpr Class kClasses[] = {
      {"alnum", {{{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}}, 3},
      {"alpha", {{{'A', 'Z'}, {'a', 'z'}}}, 2},
      {"ascii", {{{0, 0x7f}}}, 1},
      {"blank", {{{'\t', '\t'}, {' ', ' '}}}, 2},
      {"cntrl", {{{0, 0x1f}, {0x7f, 0x7f}}}, 2},
      {"digit", {{{'0', '9'}}}, 1},
      {"graph", {{{'!', '~'}}}, 1},
      {"lower", {{{'a', 'z'}}}, 1},
      {"print", {{{' ', '~'}}}, 1},
      {"punct", {{{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}}, 4},
      {"space", {{{'\t', '\r'}, {' ', ' '}}}, 2},
      {"upper", {{{'A', 'Z'}}}, 1},
      {"word", {{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}}, 4},
      {"xdigit", {{{'0', '9'}, {'A', 'F'}, {'a', 'f'}}}, 3},
  };
  for (const Class& one : kClasses) {
    if (one.name != name) continue;
    CharacterSet set;
    set.ranges.assign(one.ranges.begin(), one.ranges.begin() + one.count);
    return set;
  }
  return std::nullopt;
}

// A Class is read from the front of a pattern.
class Class {
 public:
  Class(std::string_view rest, bool fold, Attempt& attempt)
      : rest_(rest), fold_(fold), attempt_(attempt) {}

  [[nodiscard]] std::string_view rest() const { return rest_; }

  std::optional<CharacterSet> escape() {
    if (!take_group()) return std::nullopt;
    if (is_group_) return finish(false);
    const auto point = take_point();
    if (!point) return std::nullopt;
    plain_.add(*point, *point);
    return finish(false);
  }

  std::optional<CharacterSet> bracket() {
    rest_.remove_prefix(1);
    const bool is_negated = take("^");
    // A ']' that is the first character stands for itself.
    for (bool first = true; !rest_.empty() && (first || rest_.front() != ']'); first = false) {
      if (!take_group()) return std::nullopt;
      if (!is_group_ && !take_range()) return std::nullopt;
    }
    if (!take("]")) return std::nullopt;
    return finish(is_negated);
  }

  std::optional<CharacterSet> literal() {
    const auto point = take_point();
    if (!point) return std::nullopt;
    plain_.add(*point, *point);
    return finish(false);
  }

 private:
  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  // Adds a set. What (?i) adds to a set is added before its complement is taken.
  bool add(const CharacterSet& set, bool is_negated) {
    if (!attempt_.take(set.ranges.size())) return false;
    if (!is_negated) {
      plain_.add(set);
      return true;
    }
    CharacterSet folded = set;
    if (fold_ && !add_case_variants(folded, attempt_)) return false;
    others_.add(folded.complement());
    return true;
  }

  std::optional<CharacterSet> finish(bool is_negated) {
    plain_.tidy();
    if (fold_ && !add_case_variants(plain_, attempt_)) return std::nullopt;
    plain_.add(others_);
    plain_.tidy();
    return is_negated ? plain_.complement() : std::move(plain_);
  }

  bool take_group();
  bool take_property();
  bool take_range();
  std::optional<uint32_t> take_point();

  std::string_view rest_;
  const bool fold_;
  Attempt& attempt_;
  bool is_group_ = false;
  CharacterSet plain_;   // (?i) is still to be applied.
  CharacterSet others_;  // It is applied.
};

// Adds a group, such as \d, \pL or [:space:], if there is one. Returns false if it is not known.
bool Class::take_group() {
  is_group_ = true;
  if (rest_.starts_with("[:")) {
    if (const size_t end = rest_.find(":]", 2); end != std::string_view::npos) {
      std::string_view name = rest_.substr(2, end - 2);
      const bool is_negated = name.starts_with('^');
      if (is_negated) name.remove_prefix(1);
      const auto set = named_class(name);
      rest_.remove_prefix(end + 2);
      return set && add(*set, is_negated);
    }
  }
  if (rest_.size() >= 2 && rest_.front() == '\\') {
    const char c = rest_[1];
    if (c == 'p' || c == 'P') return take_property();
    if (const auto set = is_letter(c) ? perl_class(static_cast<char>(c | 0x20)) : std::nullopt) {
      rest_.remove_prefix(2);
      return add(*set, (c & 0x20) == 0);
    }
  }
  is_group_ = false;
  return true;
}

bool Class::take_property() {
  bool is_negated = rest_[1] == 'P';
  rest_.remove_prefix(2);
  std::string_view name = rest_.substr(0, 1);
  if (take("{")) {
    const size_t end = rest_.find('}');
    if (end == std::string_view::npos) return false;
    name = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    if (name.starts_with('^')) {
      name.remove_prefix(1);
      is_negated = !is_negated;
    }
  } else {
    rest_.remove_prefix(name.size());
  }
  const CharacterSet* set = property_characters(name);
  return set != nullptr && add(*set, is_negated);
}

bool Class::take_range() {
  const auto first = take_point();
  if (!first) return false;
  auto last = first;
  if (rest_.size() >= 2 && rest_.front() == '-' && rest_[1] != ']') {
    rest_.remove_prefix(1);
    last = take_point();
  }
  if (!last || *last < *first || !attempt_.take(1)) return false;
  plain_.add(*first, *last);
  return true;
}

// Removes a character, or an escape that stands for one.
std::optional<uint32_t> Class::take_point() {
  const int size = base::utf8_length(rest_);
  if (size == 0) return std::nullopt;
  const std::string_view character = rest_.substr(0, static_cast<size_t>(size));
  rest_.remove_prefix(character.size());
  if (character != "\\") return code_point(character);
  if (rest_.empty()) return std::nullopt;
  const char c = rest_.front();
  rest_.remove_prefix(1);
  constexpr std::string_view kNames = "afnrtv";
  constexpr std::string_view kControls = "\a\f\n\r\t\v";
  if (const size_t at = kNames.find(c); at != std::string_view::npos) {
    return static_cast<uint32_t>(kControls[at]);
  }
  if (c == 'x') {
    std::string_view digits = rest_.substr(0, 2);
    size_t taken = 2;
    if (rest_.starts_with('{')) {
      const size_t end = rest_.find('}');
      if (end == std::string_view::npos) return std::nullopt;
      digits = rest_.substr(1, end - 1);
      taken = end + 1;
    }
    uint32_t point = 0;
    const char* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, point, 16);
    if (digits.empty() || read.ec != std::errc() || read.ptr != end || point > kCodePointMax) {
      return std::nullopt;
    }
    rest_.remove_prefix(taken);
    return point;
  }
  // Digits are octal numbers, which are rare.
  if (static_cast<unsigned char>(c) >= 0x80 || is_letter(c) || is_digit(c) || c == '_') {
    return std::nullopt;
  }
  return static_cast<uint32_t>(c);
}

using Take = std::optional<CharacterSet> (Class::*)();

std::optional<CharacterSet> take_with(Take take, std::string_view& rest, bool fold,
                                      Attempt& attempt) {
  Class one(rest, fold, attempt);
  auto set = (one.*take)();
  rest = one.rest();
  if (!set) attempt.fail("it has something that only RE2 reads");
  return set;
}

}  // namespace

CharacterSet word_characters() {
  CharacterSet set;
  set.ranges = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
  return set;
}

std::optional<CharacterSet> take_escape(std::string_view& rest, bool fold, Attempt& attempt) {
  return take_with(&Class::escape, rest, fold, attempt);
}

std::optional<CharacterSet> take_bracket(std::string_view& rest, bool fold, Attempt& attempt) {
  return take_with(&Class::bracket, rest, fold, attempt);
}

std::optional<CharacterSet> take_literal(std::string_view& rest, bool fold, Attempt& attempt) {
  return take_with(&Class::literal, rest, fold, attempt);
}

}  // namespace penstock::contract
