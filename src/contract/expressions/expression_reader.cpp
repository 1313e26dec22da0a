#include <algorithm>
#include <string>
#include <utility>

#include "contract/expressions/class_reader.h"
#include "contract/expressions/escape_reader.h"
#include "contract/expressions/expression.h"
#include "contract/expressions/foreign_syntax.h"
#include "contract/expressions/group_names.h"

namespace penstock::contract {

namespace {

using Kind = Expression::Kind;

class Reader {
 public:
  explicit Reader(Reading& reading) : reading_(reading) {}

  Expression read() {
    Expression all = choice(0);
    if (!reading_.at_end()) fail("this ')' closes no group; write \\) for the character");
    names_.check_references(reading_);
    return all;
  }

 private:
  // These are the flags of (?ims:. They hold to the end of the group.
  struct Flags {
    bool fold = false;
    bool lines = false;
    bool dot_all = false;
  };
  struct Bounds {
    uint32_t min = 0;
    uint32_t max = Expression::kUnlimited;
  };

  Expression choice(int depth);
  Expression sequence(int depth);
  Expression repeated(Expression child, bool is_assertion);
  Expression atom(int depth, bool& is_assertion);
  Expression group(int depth, bool& is_assertion);
  Expression look_around(std::string_view opening, size_t start, int depth);
  Expression escape(bool& is_assertion);
  bool take_flags();
  std::optional<Bounds> take_quantifier();
  std::optional<Bounds> take_braces();
  void close_group(size_t start);

  void fail(std::string_view sentence) {
    reading_.fail(kPatternSyntax, reading_.place(), sentence);
  }
  static Expression one_of(CharacterSet set) {
    return {.kind = Kind::character, .set = std::move(set)};
  }

  Reading& reading_;
  Flags flags_;
  ClassSuspicion suspicion_;
  GroupNames names_;
};

Expression Reader::choice(int depth) {
  if (depth > Expression::kDepthMax) {
    reading_.fail(kPatternTooLarge, reading_.place(), "groups are nested more than 100 deep");
    return {};
  }
  Expression all{.kind = Kind::choice};
  const GroupNames::Choice names = names_.begin_choice();
  do {
    names_.begin_alternative(names);
    all.children.push_back(sequence(depth));
  } while (reading_.take("|"));
  names_.end_choice(names);
  return all.children.size() == 1 ? std::move(all.children.front()) : std::move(all);
}

Expression Reader::sequence(int depth) {
  Expression all{.kind = Kind::sequence};
  while (!reading_.at_end() && !reading_.starts_with("|") && !reading_.starts_with(")")) {
    reading_.take_visits(1);
    bool is_assertion = false;
    Expression one = atom(depth, is_assertion);
    all.children.push_back(repeated(std::move(one), is_assertion));
  }
  return all.children.size() == 1 ? std::move(all.children.front()) : std::move(all);
}

Expression Reader::repeated(Expression child, bool is_assertion) {
  const size_t start = reading_.place();
  const auto bounds = take_quantifier();
  if (!bounds) return child;
  if (is_assertion) {
    reading_.fail(kPatternSyntax, start, "there is nothing to repeat before this quantifier");
  }
  reading_.take("?");  // A lazy quantifier finds the same texts.
  const size_t next = reading_.place();
  if (reading_.peek() == '+') {
    reading_.fail(kPatternDialect, next,
                  "a possessive quantifier is not ECMA-262; leave out this '+'");
  } else if (take_quantifier()) {
    reading_.fail(kPatternSyntax, next,
                  "a quantifier follows a quantifier; write (?:...) around what is repeated");
  }
  Expression all{.kind = Kind::repeat, .min = bounds->min, .max = bounds->max};
  all.children.push_back(std::move(child));
  return all;
}

std::optional<Reader::Bounds> Reader::take_quantifier() {
  if (reading_.take("*")) return Bounds{};
  if (reading_.take("+")) return Bounds{.min = 1};
  if (reading_.take("?")) return Bounds{.max = 1};
  return take_braces();
}

// Removes bounds such as "{2}", "{2,}" and "{2,3}". Any other brace stands for itself in annex B.
std::optional<Reader::Bounds> Reader::take_braces() {
  const size_t start = reading_.place();
  if (!reading_.take("{")) return std::nullopt;
  const auto least = reading_.take_number();
  const bool has_comma = reading_.take(",");
  auto most = has_comma ? reading_.take_number() : least;
  if (least && reading_.take("}")) {
    if (!most) most = Expression::kUnlimited;
    if (*most < *least) {
      reading_.fail(kPatternSyntax, start, "the first number of these bounds is the larger one");
    }
    return Bounds{.min = *least, .max = *most};
  }
  // As annex B reads "{,5}" and "{1-5}", no author means them.
  if (!least && has_comma && most && reading_.take("}")) {
    reading_.fail(kPatternDialect, start, "{,n} is not ECMA-262; write {0,n}");
  } else if (least) {
    reading_.fail(kPatternSyntax, start,
                  "bounds are {2}, {2,} or {2,5}; write \\{ if this is a character");
  } else {
    reading_.go_back_to(start);
  }
  return std::nullopt;
}

Expression Reader::atom(int depth, bool& is_assertion) {
  const size_t place = reading_.place();
  const char c = reading_.peek();
  switch (c) {
    case '(':
      return group(depth, is_assertion);
    case '\\':
      return escape(is_assertion);
    case '[':
      return one_of(take_class(reading_, flags_.fold, suspicion_));
    case '^':
    case '$': {
      is_assertion = true;
      const bool is_start = reading_.take("^");
      if (!is_start) reading_.take("$");
      if (flags_.lines) return {.kind = is_start ? Kind::line_start : Kind::line_end};
      return {.kind = is_start ? Kind::text_start : Kind::text_end};
    }
    case '.': {
      reading_.take(".");
      return one_of((flags_.dot_all ? CharacterSet() : line_terminators()).complement());
    }
    case ']':
      if (!suspicion_.sentence.empty()) {
        reading_.fail(kPatternDialect, suspicion_.place, suspicion_.sentence);
      }
      [[fallthrough]];
    case '}':
      reading_.note_annex_b(place, std::string("write \\") + c);
      break;
    default:
      if (take_quantifier()) {
        reading_.fail(kPatternSyntax, place, "there is nothing to repeat before this quantifier");
      } else if (c == '{') {
        reading_.note_annex_b(place, "write \\{");
      }
      break;
  }
  return one_of(one_character(reading_, reading_.take_point(), flags_.fold));
}

Expression Reader::escape(bool& is_assertion) {
  const bool is_edge = reading_.take("\\b");
  if (is_edge || reading_.take("\\B")) {
    is_assertion = true;
    if (flags_.fold) return {.kind = is_edge ? Kind::folded_word_edge : Kind::not_folded_word_edge};
    return {.kind = is_edge ? Kind::word_edge : Kind::not_word_edge};
  }
  if (names_.take_reference(reading_)) return {};
  Escape read = take_escape(reading_, false, flags_.fold);
  if (reading_.has_failed()) return {};
  if (!read.is_class) return one_of(one_character(reading_, read.point, flags_.fold));
  fold_case(reading_, read.set, flags_.fold);
  reading_.take_visits(read.set.ranges.size());
  return one_of(std::move(read.set));
}

void Reader::close_group(size_t start) {
  if (!reading_.take(")")) reading_.fail(kPatternSyntax, start, "this '(' has no ')'");
}

Expression Reader::group(int depth, bool& is_assertion) {
  const size_t start = reading_.place();
  reading_.take("(");
  for (const std::string_view opening : {"?=", "?!", "?<=", "?<!"}) {
    if (!reading_.take(opening)) continue;
    // Annex B lets look-ahead be repeated.
    is_assertion = opening.size() == 3;
    return look_around(opening, start, depth);
  }
  const Flags outer = flags_;
  if (reading_.take("?<")) {
    names_.take_name(reading_);
  } else if (!reading_.take("?")) {
    names_.count_group();
  } else if (!take_flags()) {
    reading_.fail(kPatternDialect, start, sentence_about_group(reading_.rest()));
  }
  Expression all = choice(depth + 1);
  flags_ = outer;
  close_group(start);
  return all;
}

Expression Reader::look_around(std::string_view opening, size_t start, int depth) {
  reading_.note_not_enforced(
      kPatternLookAround, start,
      opening.ends_with('=')
          ? "look-around is not enforced; write what it demands as another pattern in allOf, or as "
            "minLength and maxLength"
          : "look-around is not enforced; write what it forbids as another pattern in not");
  static_cast<void>(choice(depth + 1));
  close_group(start);
  return {};
}

// Removes the flags of "i:" or "ms-i:" and applies them. Returns false, and removes nothing, if
// there are other ones.
bool Reader::take_flags() {
  const std::string_view rest = reading_.rest();
  const std::string_view written = rest.substr(0, rest.find(':'));
  if (written.size() == rest.size() || written == "-") return false;
  Flags flags = flags_;
  bool on = true;
  for (size_t i = 0; i < written.size(); ++i) {
    const char c = written[i];
    if (written.find(c) != i) return false;
    if (c == '-') {
      on = false;
    } else if (c == 'i') {
      flags.fold = on;
    } else if (c == 'm') {
      flags.lines = on;
    } else if (c == 's') {
      flags.dot_all = on;
    } else {
      return false;
    }
  }
  flags_ = flags;
  return reading_.take(rest.substr(0, written.size() + 1));
}

}  // namespace

ReadPattern read_pattern(std::string_view pattern, Attempt& attempt) {
  Reading reading(pattern, attempt);
  Expression all = Reader(reading).read();
  const auto& fault = reading.fault() ? reading.fault() : reading.not_enforced();
  if (fault) return {.fault = fault};
  return {.expression = std::move(all), .annex_b = reading.annex_b()};
}

bool is_ecma_pattern(std::string_view text) {
  Attempt attempt;
  Reading reading(text, attempt);
  static_cast<void>(Reader(reading).read());
  return !reading.fault();
}

}  // namespace penstock::contract
