#include "contract/patterns/expression.h"

#include <charconv>
#include <string>
#include <utility>

#include "base/utf8.h"

namespace penstock::contract {

namespace {

using Kind = Expression::Kind;

constexpr size_t kPatternBytesMax = 4096;
constexpr int kDepthMax = 50;         // The deepest nesting of groups.
constexpr uint32_t kCountMax = 1000;  // RE2 refuses more repetitions.

constexpr uint32_t kKelvin = 0x212a;  // It folds to 'k' (Unicode's CaseFolding.txt).
constexpr uint32_t kLongS = 0x17f;    // It folds to 's'.

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

// Returns the code point of a character beyond ASCII, in UTF-8.
uint32_t code_point(std::string_view character) {
  uint32_t point = static_cast<unsigned char>(character.front()) & (0x7fU >> character.size());
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
    for (const char c : {' ', '\t', '\n', '\f', '\r'}) {
      set.add(static_cast<uint32_t>(c), static_cast<uint32_t>(c));
    }
  } else if (letter == 'w') {
    return word_characters();
  } else {
    return std::nullopt;
  }
  set.tidy();
  return set;
}

// Returns the character that an escape such as \n or \. stands for, or nothing if it is another
// kind of escape.
std::optional<char> escaped_character(char c) {
  constexpr std::string_view kNames = "afnrtv";
  constexpr std::string_view kControls = "\a\f\n\r\t\v";
  if (const size_t at = kNames.find(c); at != std::string_view::npos) return kControls[at];
  if (is_ascii(c) && !is_letter(c) && !is_digit(c) && c != '_') return c;
  return std::nullopt;
}

// A Reader reads a pattern from its front. After something that it does not know, `known_` is false
// and the tree is of no use.
class Reader {
 public:
  Reader(std::string_view pattern, ClassBook& book) : rest_(pattern), book_(book) {}

  std::optional<Expression> read() {
    Expression all = choice(0);
    if (!known_ || !rest_.empty()) return std::nullopt;
    return all;
  }

 private:
  // These are the flags of (?ims). They hold to the end of the group.
  struct Flags {
    bool fold = false;
    bool lines = false;
    bool dot_all = false;
  };

  Expression choice(int depth);
  Expression sequence(int depth);
  Expression atom(int depth);
  Expression group(int depth);
  Expression escape();
  Expression bracket();
  Expression repeated(Expression child);
  Expression literal(std::string_view character);
  Expression asked(std::string_view source);
  std::optional<CharacterSet> ascii_bracket(std::string_view source) const;

  Expression unknown() {
    known_ = false;
    rest_ = {};
    return {};
  }
  static Expression one_of(CharacterSet set) {
    return {.kind = Kind::character, .set = std::move(set)};
  }
  bool starts_with(std::string_view text) const { return rest_.starts_with(text); }
  bool take(std::string_view text) {
    if (!starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  bool is_repetition_next() const {
    return starts_with("*") || starts_with("+") || starts_with("?") || starts_with("{");
  }

  std::string_view rest_;
  ClassBook& book_;
  Flags flags_;
  bool known_ = true;
};

Expression Reader::choice(int depth) {
  if (depth > kDepthMax) return unknown();
  Expression all{.kind = Kind::choice};
  do {
    all.children.push_back(sequence(depth));
  } while (take("|"));
  return all.children.size() == 1 ? std::move(all.children.front()) : std::move(all);
}

Expression Reader::sequence(int depth) {
  Expression all{.kind = Kind::sequence};
  while (!rest_.empty() && !starts_with("|") && !starts_with(")")) {
    all.children.push_back(repeated(atom(depth)));
  }
  return all;
}

Expression Reader::repeated(Expression child) {
  Expression all{.kind = Kind::repeat, .max = Expression::kUnlimited};
  if (take("+")) {
    all.min = 1;
  } else if (take("?")) {
    all.max = 1;
  } else if (starts_with("{")) {
    // Braces that are not bounds are literal, but they are rare, and easy to misread.
    const char* const last = rest_.data() + rest_.size();
    const auto least = std::from_chars(rest_.data() + 1, last, all.min);
    if (least.ec != std::errc()) return unknown();
    const char* at = least.ptr;
    all.max = all.min;
    if (at != last && *at == ',') {
      ++at;
      all.max = Expression::kUnlimited;
      if (at != last && *at != '}') {
        const auto most = std::from_chars(at, last, all.max);
        if (most.ec != std::errc()) return unknown();
        at = most.ptr;
      }
    }
    const bool is_bounded = all.max != Expression::kUnlimited;
    if (at == last || *at != '}' || all.min > kCountMax ||
        (is_bounded && (all.max > kCountMax || all.min > all.max))) {
      return unknown();
    }
    rest_.remove_prefix(static_cast<size_t>(at + 1 - rest_.data()));
  } else if (!take("*")) {
    return child;
  }
  take("?");  // A non-greedy repetition matches the same texts.
  if (is_repetition_next()) return unknown();
  all.children.push_back(std::move(child));
  return all;
}

Expression Reader::atom(int depth) {
  if (take("(")) return group(depth);
  if (starts_with("\\")) return escape();
  if (starts_with("[")) return bracket();
  if (take("^")) return {.kind = flags_.lines ? Kind::line_start : Kind::text_start};
  if (take("$")) return {.kind = flags_.lines ? Kind::line_end : Kind::text_end};
  if (take(".")) {
    CharacterSet set;
    if (!flags_.dot_all) set.add('\n', '\n');
    return one_of(set.complement());
  }
  if (is_repetition_next()) return unknown();
  const int size = base::utf8_length(rest_);
  if (size == 0) return unknown();
  const std::string_view character = rest_.substr(0, static_cast<size_t>(size));
  rest_.remove_prefix(character.size());
  return literal(character);
}

Expression Reader::group(int depth) {
  const Flags outer = flags_;
  if (take("?")) {
    if (take("P<")) {
      const size_t end = rest_.find('>');
      if (end == std::string_view::npos) return unknown();
      rest_.remove_prefix(end + 1);
    } else {
      bool on = true;
      for (;;) {
        if (take("i")) {
          flags_.fold = on;
        } else if (take("m")) {
          flags_.lines = on;
        } else if (take("s")) {
          flags_.dot_all = on;
        } else if (take("-")) {
          on = false;
        } else if (!take("U")) {  // Whether repetitions are greedy makes no difference.
          break;
        }
      }
      if (take(")")) return is_repetition_next() ? unknown() : Expression();
      if (!take(":")) return unknown();
    }
  }
  Expression all = choice(depth + 1);
  flags_ = outer;
  return take(")") ? std::move(all) : unknown();
}

Expression Reader::literal(std::string_view character) {
  const char c = character.front();
  CharacterSet set;
  const auto add = [&](uint32_t point) { set.add(point, point); };
  if (!is_ascii(c)) {
    if (flags_.fold) return asked(character);
    add(code_point(character));
    return one_of(std::move(set));
  }
  add(static_cast<uint32_t>(c));
  if (flags_.fold && is_letter(c)) {
    const auto lower = static_cast<uint32_t>(c | 0x20);
    add(lower);
    add(lower - 0x20);
    if (lower == 'k') add(kKelvin);
    if (lower == 's') add(kLongS);
  }
  set.tidy();
  return one_of(std::move(set));
}

// Lets RE2 say which characters a class has.
Expression Reader::asked(std::string_view source) {
  const CharacterSet* set = book_.find((flags_.fold ? "(?i)" : "") + std::string(source));
  return set == nullptr ? unknown() : one_of(*set);
}

Expression Reader::escape() {
  if (rest_.size() < 2) return unknown();
  const char c = rest_[1];
  if (const auto set = perl_class(static_cast<char>(is_letter(c) ? c | 0x20 : c))) {
    // With (?i) RE2 adds what folds to the class.
    if (flags_.fold) {
      const std::string_view source = rest_.substr(0, 2);
      rest_.remove_prefix(2);
      return asked(source);
    }
    rest_.remove_prefix(2);
    return one_of((c & 0x20) != 0 ? *set : set->complement());
  }
  if (take("\\b")) return {.kind = Kind::word_edge};
  // RE2 finds \B between the bytes of one character, too, so it is left to RE2.
  if (take("\\A")) return {.kind = Kind::text_start};
  if (take("\\z")) return {.kind = Kind::text_end};
  if (c == 'p' || c == 'P' || c == 'x') {
    size_t size = c == 'x' ? 4 : 3;
    if (rest_.size() > 2 && rest_[2] == '{') {
      const size_t end = rest_.find('}');
      if (end == std::string_view::npos) return unknown();
      size = end + 1;
    }
    const std::string_view source = rest_.substr(0, size);
    rest_.remove_prefix(source.size());
    return asked(source);
  }
  const auto character = escaped_character(c);
  if (!character) return unknown();
  rest_.remove_prefix(2);
  return literal(std::string_view(&*character, 1));
}

Expression Reader::bracket() {
  // A class ends at the first ']' that is not its first character, and does not belong to an escape
  // or a "[:name:]".
  size_t end = starts_with("[^") ? 2 : 1;
  for (bool first = true; end < rest_.size() && (first || rest_[end] != ']'); first = false) {
    const size_t name_end =
        rest_.substr(end, 2) == "[:" ? rest_.find(":]", end + 2) : std::string_view::npos;
    end = name_end != std::string_view::npos ? name_end + 2 : end + (rest_[end] == '\\' ? 2 : 1);
  }
  if (end >= rest_.size()) return unknown();
  const std::string_view source = rest_.substr(0, end + 1);
  rest_.remove_prefix(source.size());
  if (!flags_.fold) {
    if (auto set = ascii_bracket(source)) return one_of(std::move(*set));
  }
  return asked(source);
}

// Reads a class of ASCII characters, their ranges and simple escapes. Returns nothing for any
// other class.
std::optional<CharacterSet> Reader::ascii_bracket(std::string_view source) const {
  source = source.substr(1, source.size() - 2);
  const bool is_negated = source.starts_with('^');
  if (is_negated) source.remove_prefix(1);
  CharacterSet set;
  // Removes a character or an escape that stands for one.
  const auto take_character = [&]() -> std::optional<char> {
    if (source.empty() || !is_ascii(source.front()) || source.front() == '[') return std::nullopt;
    char c = source.front();
    source.remove_prefix(1);
    if (c != '\\') return c;
    const auto escaped = source.empty() ? std::nullopt : escaped_character(source.front());
    if (escaped) source.remove_prefix(1);
    return escaped;
  };
  while (!source.empty()) {
    if (source.size() > 1 && source.front() == '\\') {
      if (const auto perl = perl_class(source[1])) {
        for (const CharacterSet::Range& range : perl->ranges) set.add(range.first, range.last);
        source.remove_prefix(2);
        if (source.starts_with('-') && source.size() > 1) return std::nullopt;
        continue;
      }
    }
    const auto first = take_character();
    if (!first) return std::nullopt;
    auto last = first;
    if (source.size() > 1 && source.front() == '-') {
      source.remove_prefix(1);
      last = take_character();
      if (!last || *last < *first) return std::nullopt;
    }
    set.add(static_cast<uint32_t>(*first), static_cast<uint32_t>(*last));
  }
  set.tidy();
  return is_negated ? set.complement() : set;
}

}  // namespace

CharacterSet word_characters() {
  CharacterSet set;
  set.add('0', '9');
  set.add('A', 'Z');
  set.add('_', '_');
  set.add('a', 'z');
  return set;
}

std::optional<Expression> read_expression(std::string_view pattern, ClassBook& book) {
  if (pattern.size() > kPatternBytesMax) return std::nullopt;
  return Reader(pattern, book).read();
}

}  // namespace penstock::contract
