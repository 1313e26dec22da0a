#include "dynamodb/table_expression.h"

#include <algorithm>
#include <utility>

#include "base/ascii_case.h"

namespace penstock::dynamodb {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Puts placeholders for the names of a path, and returns the path of them: "#n0.#n1[2]".
std::string add_path(Expression& to, std::string_view path) {
  std::string made;
  while (true) {
    const size_t end = std::min(path.find_first_of(".["), path.size());
    const std::string_view name = path.substr(0, end);
    const auto known = std::find_if(to.names.begin(), to.names.end(),
                                    [&](const auto& one) { return one.second == name; });
    if (known != to.names.end()) {
      made += known->first;
    } else {
      const std::string placeholder = "#n" + std::to_string(to.names.size());
      to.names.emplace(placeholder, name);
      made += placeholder;
    }
    path.remove_prefix(end);
    const size_t dot = std::min(path.find('.'), path.size());
    made += path.substr(0, dot);  // Indexes of lists, "[2][0]".
    path.remove_prefix(dot);
    if (path.empty()) return made;
    made += '.';
    path.remove_prefix(1);
  }
}

std::string add_value(Expression& to, Value value) {
  std::string placeholder = ":v" + std::to_string(to.values.size());
  to.values.emplace(placeholder, std::move(value));
  return placeholder;
}

Expression compare(std::string_view path, std::string_view how, Value value) {
  Expression made;
  made.text = add_path(made, path);
  made.text.append(how).append(add_value(made, std::move(value)));
  return made;
}

Expression call(std::string_view function, std::string_view path) {
  Expression made;
  made.text.append(function).append("(").append(add_path(made, path)).append(")");
  return made;
}
Expression call(std::string_view function, std::string_view path, Value value) {
  Expression made;
  made.text.append(function).append("(").append(add_path(made, path)).append(", ");
  made.text.append(add_value(made, std::move(value))).append(")");
  return made;
}

Expression join(Expression left, std::string_view word, const Expression& right) {
  if (left.text.empty()) return right;
  if (right.text.empty()) return left;
  Placeholders both;
  Expression made;
  made.text = "(" + both.take(left) + ")";
  made.text.append(word).append("(").append(both.take(right)).append(")");
  made.names = both.names();
  made.values = both.values();
  return made;
}

// Chooses another placeholder for each that stands for something else in `taken`.
template <class T>
std::map<std::string, std::string, std::less<>> choose(
    const std::map<std::string, T, std::less<>>& mine,
    std::map<std::string, T, std::less<>>& taken) {
  std::map<std::string, std::string, std::less<>> renamed;
  for (const auto& [placeholder, meaning] : mine) {
    std::string chosen = placeholder;
    // One that this expression has itself cannot be another's new name.
    for (size_t i = 0;; ++i) {
      const auto known = taken.find(chosen);
      const bool is_free =
          known == taken.end() && (chosen == placeholder || !mine.contains(chosen));
      if (is_free || (known != taken.end() && known->second == meaning)) break;
      chosen = placeholder + "_" + std::to_string(i);
    }
    taken.emplace(chosen, meaning);
    renamed.emplace(placeholder, std::move(chosen));
  }
  return renamed;
}

void append_clause(std::string& to, std::string_view word, const std::string& clause) {
  if (clause.empty()) return;
  if (!to.empty()) to += ' ';
  to.append(word).append(" ").append(clause);
}
void append_part(std::string& to, const std::string& part) {
  if (!to.empty()) to += ", ";
  to += part;
}

}  // namespace

Expression attribute_exists(std::string_view path) {
  return call("attribute_exists", path);
}
Expression attribute_not_exists(std::string_view path) {
  return call("attribute_not_exists", path);
}
Expression equals(std::string_view path, Value value) {
  return compare(path, " = ", std::move(value));
}
Expression differs(std::string_view path, Value value) {
  return compare(path, " <> ", std::move(value));
}
Expression less(std::string_view path, Value value) {
  return compare(path, " < ", std::move(value));
}
Expression at_most(std::string_view path, Value value) {
  return compare(path, " <= ", std::move(value));
}
Expression greater(std::string_view path, Value value) {
  return compare(path, " > ", std::move(value));
}
Expression at_least(std::string_view path, Value value) {
  return compare(path, " >= ", std::move(value));
}
Expression between(std::string_view path, Value low, Value high) {
  Expression made = compare(path, " BETWEEN ", std::move(low));
  made.text.append(" AND ").append(add_value(made, std::move(high)));
  return made;
}
Expression begins_with(std::string_view path, std::string_view prefix) {
  return call("begins_with", path, Value(prefix));
}
Expression contains(std::string_view path, Value part) {
  return call("contains", path, std::move(part));
}

Expression operator&&(Expression left, const Expression& right) {
  return join(std::move(left), " AND ", right);
}
Expression operator||(Expression left, const Expression& right) {
  return join(std::move(left), " OR ", right);
}
Expression operator!(Expression condition) {
  if (!condition.text.empty()) condition.text = "NOT (" + condition.text + ")";
  return condition;
}

std::string Changes::path(std::string_view path) {
  return add_path(made_, path);
}
std::string Changes::value(const Value& value) {
  return add_value(made_, value);
}

Changes& Changes::set(std::string_view path, const Value& value) {
  append_part(sets_, this->path(path) + " = " + this->value(value));
  return *this;
}
Changes& Changes::set_if_absent(std::string_view path, const Value& value) {
  const std::string place = this->path(path);
  append_part(sets_, place + " = if_not_exists(" + place + ", " + this->value(value) + ")");
  return *this;
}
Changes& Changes::remove(std::string_view path) {
  append_part(removes_, this->path(path));
  return *this;
}
Changes& Changes::add(std::string_view name, const Value& value) {
  append_part(adds_, path(name) + " " + this->value(value));
  return *this;
}

Expression Changes::expression() const {
  Expression made = made_;
  append_clause(made.text, "SET", sets_);
  append_clause(made.text, "REMOVE", removes_);
  append_clause(made.text, "ADD", adds_);
  return made;
}

std::string with_clause(std::string_view update, std::string_view clause, std::string_view part) {
  std::string made(update);
  for (size_t at = 0; at < update.size();) {
    size_t end = at + 1;
    while (is_word(update[at]) && end < update.size() && is_word(update[end])) ++end;
    // A word of the language is no part of a path or a placeholder.
    const bool is_first =
        at == 0 || (update[at - 1] != '.' && update[at - 1] != '#' && update[at - 1] != ':');
    if (is_first && base::same_in_any_case(update.substr(at, end - at), clause)) {
      return made.insert(end, " " + std::string(part) + ",");
    }
    at = end;
  }
  append_clause(made, clause, std::string(part));
  return made;
}

std::string Placeholders::take(const Expression& expression) {
  const auto names = choose(expression.names, names_);
  const auto values = choose(expression.values, values_);
  // An expression has no texts of its own, so that '#' and ':' always begin a placeholder.
  std::string made;
  const std::string_view text = expression.text;
  for (size_t at = 0; at < text.size();) {
    size_t end = at + 1;
    if (text[at] == '#' || text[at] == ':') {
      while (end < text.size() && is_word(text[end])) ++end;
      const auto& renamed = text[at] == '#' ? names : values;
      const auto found = renamed.find(text.substr(at, end - at));
      made += found == renamed.end() ? text.substr(at, end - at) : found->second;
    } else {
      made += text[at];
    }
    at = end;
  }
  return made;
}

}  // namespace penstock::dynamodb
