#include "contract/patterns/automaton_program.h"

#include <utility>

#include "contract/expressions/escape_reader.h"

namespace penstock::contract {

namespace {

using Kind = Expression::Kind;

class Writer {
 public:
  explicit Writer(Attempt& attempt) : attempt_(attempt) {}

  std::optional<AutomatonProgram> write(const Expression& expression) {
    made_.parts.push_back({.op = Part::accept});
    made_.start = emit(expression, 0);
    if (made_.asks_for_words) index_of(word_characters(false));
    if (made_.asks_for_folded_words) index_of(word_characters(true));
    if (made_.asks_for_lines) index_of(line_terminators());
    if (exceeded_) return std::nullopt;
    return std::move(made_);
  }

 private:
  // Adds the parts for `expression`, after which the text goes on with the part `next`. Returns the
  // part to begin with.
  uint32_t emit(const Expression& expression, uint32_t next);
  uint32_t emit_repeat(const Expression& expression, uint32_t next);
  uint32_t add(const Part& part) {
    if (made_.parts.size() >= AutomatonProgram::kPartsMax) {
      attempt_.fail("it is too long with its repetitions written out");
      exceeded_ = true;
      return 0;
    }
    made_.parts.push_back(part);
    return static_cast<uint32_t>(made_.parts.size() - 1);
  }
  uint32_t index_of(const CharacterSet& set) {
    if (!attempt_.take(1 + set.ranges.size())) exceeded_ = true;
    if (exceeded_) return 0;
    const auto [known, is_new] = made_.sets.emplace(set, static_cast<uint32_t>(made_.sets.size()));
    if (made_.sets.size() > AutomatonProgram::kSetsMax) {
      attempt_.fail("it has too many different characters and classes");
      exceeded_ = true;
    }
    return known->second;
  }

  Attempt& attempt_;
  bool exceeded_ = false;
  AutomatonProgram made_;
};

uint32_t Writer::emit(const Expression& expression, uint32_t next) {
  // Repetitions of what is empty have no parts.
  if (!attempt_.take(1)) exceeded_ = true;
  if (exceeded_) return 0;
  switch (expression.kind) {
    case Kind::empty:
      return next;
    case Kind::character:
      return add({.op = Part::character, .set = index_of(expression.set), .next = next});
    case Kind::sequence:
      for (size_t i = expression.children.size(); i > 0; --i) {
        next = emit(expression.children[i - 1], next);
      }
      return next;
    case Kind::choice: {
      uint32_t all = emit(expression.children.back(), next);
      for (size_t i = expression.children.size() - 1; i > 0; --i) {
        const uint32_t one = emit(expression.children[i - 1], next);
        all = add({.op = Part::split, .next = one, .other = all});
      }
      return all;
    }
    case Kind::repeat:
      return emit_repeat(expression, next);
    case Kind::folded_word_edge:
    case Kind::not_folded_word_edge:
      made_.asks_for_folded_words = true;
      [[fallthrough]];
    case Kind::word_edge:
    case Kind::not_word_edge:
      made_.asks_for_words = true;
      break;
    case Kind::line_start:
    case Kind::line_end:
      made_.asks_for_lines = true;
      break;
    default:
      break;
  }
  return add({.op = Part::assertion, .assertion_kind = expression.kind, .next = next});
}

uint32_t Writer::emit_repeat(const Expression& expression, uint32_t next) {
  const Expression& child = expression.children.front();
  if (expression.max == Expression::kUnlimited) {
    const uint32_t loop = add({.op = Part::split, .other = next});
    const uint32_t body = emit(child, loop);
    if (exceeded_) return 0;
    made_.parts[loop].next = body;
    next = loop;
  } else {
    const uint32_t end = next;
    for (uint32_t i = expression.min; i < expression.max && !exceeded_; ++i) {
      const uint32_t body = emit(child, next);
      next = add({.op = Part::split, .next = body, .other = end});
    }
  }
  for (uint32_t i = 0; i < expression.min && !exceeded_; ++i) next = emit(child, next);
  return next;
}

}  // namespace

std::optional<AutomatonProgram> write_program(const Expression& expression, Attempt& attempt) {
  return Writer(attempt).write(expression);
}

}  // namespace penstock::contract
