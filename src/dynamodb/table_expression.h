#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "dynamodb/value.h"

namespace penstock::dynamodb {

// Is a condition, a filter or an update, in DynamoDB's own language of expressions, with the names
// (#a) and the values (:a) that stand in it. The functions below make the usual ones; any other is
// written by hand. Two expressions of one call may use the same placeholder for different things:
// the client renames one.
struct Expression {
  std::string text = {};
  std::map<std::string, std::string, std::less<>> names = {};
  Map values = {};
};

// These make conditions and filters. A path is the name of an attribute, "quantity", or leads to a
// part of one: "address.city", "lines[0].price". Names are always sent as placeholders, so that a
// word that DynamoDB reserves is no mistake. A name that has a dot or a bracket itself needs an
// expression that is written by hand.
[[nodiscard]] Expression attribute_exists(std::string_view path);
[[nodiscard]] Expression attribute_not_exists(std::string_view path);
[[nodiscard]] Expression equals(std::string_view path, Value value);
[[nodiscard]] Expression differs(std::string_view path, Value value);
[[nodiscard]] Expression less(std::string_view path, Value value);
[[nodiscard]] Expression at_most(std::string_view path, Value value);
[[nodiscard]] Expression greater(std::string_view path, Value value);
[[nodiscard]] Expression at_least(std::string_view path, Value value);
[[nodiscard]] Expression between(std::string_view path, Value low, Value high);
[[nodiscard]] Expression begins_with(std::string_view path, std::string_view prefix);
// Holds if a text has the part, or a set or a list has the element.
[[nodiscard]] Expression contains(std::string_view path, Value part);
// Join conditions. One whose text is empty does not count.
[[nodiscard]] Expression operator&&(Expression left, const Expression& right);
[[nodiscard]] Expression operator||(Expression left, const Expression& right);
[[nodiscard]] Expression operator!(Expression condition);

// Collects what an update does, for Update::update:
//   Changes().set("quantity", 3).add("version", 1).remove("note")
class Changes {
 public:
  Changes& set(std::string_view path, const Value& value);
  // Sets the attribute only if the item does not have it.
  Changes& set_if_absent(std::string_view path, const Value& value);
  Changes& remove(std::string_view path);
  // Adds to a number, which begins at 0, or the elements to a set.
  Changes& add(std::string_view name, const Value& value);

  operator Expression() const { return expression(); }  // NOLINT: it stands for one.
  [[nodiscard]] Expression expression() const;

 private:
  std::string path(std::string_view path);
  std::string value(const Value& value);

  std::string sets_, removes_, adds_;
  Expression made_;
};

// Returns the text of an update with one more part in a clause, which it may have already or not:
// with_clause("SET #a = :a", "SET", "#b = :b").
[[nodiscard]] std::string with_clause(std::string_view update, std::string_view clause,
                                      std::string_view part);

// Has the names and values of all expressions of one call, which DynamoDB wants in one table.
class Placeholders {
 public:
  // Takes over the names and values of an expression, and returns its text, in which those are
  // renamed that stand for something else already.
  [[nodiscard]] std::string take(const Expression& expression);

  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& names() const {
    return names_;
  }
  [[nodiscard]] const Map& values() const { return values_; }

 private:
  std::map<std::string, std::string, std::less<>> names_;
  Map values_;
};

}  // namespace penstock::dynamodb
