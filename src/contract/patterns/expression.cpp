#include "contract/patterns/expression.h"

#include <charconv>
#include <system_error>
#include <utility>

#include "contract/patterns/character_class.h"

namespace penstock::contract {

namespace {

using Kind = Expression::Kind;

constexpr size_t kPatternBytesMax = 64 * 1024;
constexpr int kDepthMax = 50;         // The deepest nesting of groups.
constexpr uint32_t kCountMax = 1000;  // RE2 refuses more repetitions.

// A Reader reads a pattern from its front. After something that it does not know, `known_` is false
// and the tree is of no use.
class Reader {
 public:
  Reader(std::string_view pattern, Attempt& attempt) : rest_(pattern), attempt_(attempt) {}

  std::optional<Expression> read() {
    Expression all = choice(0);
    if (!rest_.empty()) unknown();
    if (!known_) return std::nullopt;
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
  Expression repeated(Expression child);

  Expression unknown(std::string_view why = "it has something that only RE2 reads") {
    attempt_.fail(why);
    known_ = false;
    rest_ = {};
    return {};
  }
  Expression one_of(std::optional<CharacterSet> set) {
    if (!set) return unknown();
    return {.kind = Kind::character, .set = std::move(*set)};
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
  Attempt& attempt_;
  Flags flags_;
  bool known_ = true;
};

Expression Reader::choice(int depth) {
  if (depth > kDepthMax) return unknown("it is nested too deeply");
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
    const auto read = [&](const char* from, uint32_t& count) -> const char* {
      const auto [end, error] = std::from_chars(from, last, count);
      // A number that begins with 0 is no bound.
      return error != std::errc() || (*from == '0' && end != from + 1) ? nullptr : end;
    };
    const char* at = read(rest_.data() + 1, all.min);
    if (at == nullptr) return unknown();
    all.max = all.min;
    if (at != last && *at == ',') {
      ++at;
      all.max = Expression::kUnlimited;
      if (at != last && *at != '}') {
        at = read(at, all.max);
        if (at == nullptr) return unknown();
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
  if (starts_with("[")) return one_of(take_bracket(rest_, flags_.fold, attempt_));
  if (take("^")) return {.kind = flags_.lines ? Kind::line_start : Kind::text_start};
  if (take("$")) return {.kind = flags_.lines ? Kind::line_end : Kind::text_end};
  if (take(".")) {
    CharacterSet set;
    if (!flags_.dot_all) set.add('\n', '\n');
    return one_of(set.complement());
  }
  if (is_repetition_next()) return unknown();
  return one_of(take_literal(rest_, flags_.fold, attempt_));
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

Expression Reader::escape() {
  if (take("\\b")) return {.kind = Kind::word_edge};
  // RE2 finds \B between the bytes of one character, too, so it is left to RE2.
  if (take("\\A")) return {.kind = Kind::text_start};
  if (take("\\z")) return {.kind = Kind::text_end};
  return one_of(take_escape(rest_, flags_.fold, attempt_));
}

}  // namespace

std::optional<Expression> read_expression(std::string_view pattern, Attempt& attempt) {
  if (pattern.size() > kPatternBytesMax) {
    attempt.fail("it has more than 65536 bytes");
    return std::nullopt;
  }
  return Reader(pattern, attempt).read();
}

}  // namespace penstock::contract
