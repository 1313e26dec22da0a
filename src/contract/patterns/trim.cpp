#include "contract/patterns/trim.h"

#include <utility>

namespace penstock::contract {

namespace {

using Kind = Expression::Kind;

enum class End : uint8_t { front, back };

void trim_end(Expression& expression, End end) {
  switch (expression.kind) {
    case Kind::repeat:
      expression.max = expression.min;
      if (expression.min == 0) {
        expression = {};
      } else if (expression.min == 1) {
        Expression child = std::move(expression.children.front());
        expression = std::move(child);
        trim_end(expression, end);
      }
      return;
    case Kind::choice:
      for (Expression& child : expression.children) trim_end(child, end);
      return;
    case Kind::sequence:
      for (size_t i = 0; i < expression.children.size(); ++i) {
        const size_t at = end == End::front ? i : expression.children.size() - 1 - i;
        trim_end(expression.children[at], end);
        if (expression.children[at].kind != Kind::empty) return;
      }
      return;
    default:
      return;
  }
}

}  // namespace

void trim(Expression& expression) {
  trim_end(expression, End::front);
  trim_end(expression, End::back);
}

}  // namespace penstock::contract
