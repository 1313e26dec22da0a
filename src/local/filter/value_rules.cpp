#include "local/filter/value_rules.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "json/text.h"

namespace penstock::local {
namespace {

using Kind = JsonNode::Kind;

constexpr std::string_view kAllowed =
    "Lambda has \"prefix\", \"suffix\", \"equals-ignore-case\", \"anything-but\", \"numeric\" and "
    "\"exists\"";

base::Error invalid(std::string sentence) {
  return base::Error{base::ErrorCode::invalid, std::move(sentence)};
}

base::Error not_comparable(std::string_view name, const std::string& number) {
  return invalid(json::quoted(name) + " cannot compare " + number +
                 ", which has more digits than a double keeps (15 always fit), or is beyond a "
                 "double's range. Write a number that a double holds");
}

bool contains(const std::vector<std::string>& sorted, const std::string& text) {
  return std::binary_search(sorted.begin(), sorted.end(), text);
}

}  // namespace

base::Result<ValueRules> ValueRules::compile(const JsonNode& rules) {
  if (rules.children.empty()) {
    return invalid("the array is empty, so that no value would match. Add a value");
  }
  ValueRules compiled;
  for (const JsonNode& rule : rules.children) {
    if (auto added = compiled.add(rule); !added) return added.error();
  }
  std::sort(compiled.strings_.begin(), compiled.strings_.end());
  std::sort(compiled.numbers_.begin(), compiled.numbers_.end());
  compiled.join_ranges();
  return compiled;
}

base::Result<void> ValueRules::add(const JsonNode& rule) {
  switch (rule.kind) {
    case Kind::null:
      null_ = true;
      return {};
    case Kind::boolean:
      (rule.boolean ? true_ : false_) = true;
      return {};
    case Kind::number:
      numbers_.push_back(rule.text);
      return {};
    case Kind::string:
      strings_.push_back(rule.text);
      return {};
    case Kind::array:
      return invalid(
          "the array of values must not contain an array. A value is a string, a number, true, "
          "false, null or an object with an operator");
    case Kind::object:
      break;
  }
  if (rule.children.size() != 1) {
    return invalid(
        "an object in the array of values must have exactly one operator, as {\"prefix\": "
        "\"a\"}. " +
        std::string(kAllowed));
  }
  return add_operator(rule.children.front());
}

base::Result<void> ValueRules::add_operator(const JsonNode& name_and_operand) {
  const std::string& name = name_and_operand.key;
  if (name == "prefix" || name == "suffix" || name == "equals-ignore-case") {
    return add_text(name_and_operand);
  }
  if (name == "anything-but") return add_anything_but(name_and_operand);
  if (name == "numeric") return add_numeric(name_and_operand);
  if (name == "exists") return add_exists(name_and_operand);
  if (name == "wildcard" || name == "cidr") {
    return invalid("EventBridge has the operator \"" + name +
                   "\", but Lambda's event filtering does not. " + std::string(kAllowed));
  }
  return invalid(json::quoted(name) + " is not an operator. " + std::string(kAllowed));
}

base::Result<void> ValueRules::add_text(const JsonNode& operand) {
  if (!operand.is(Kind::string)) {
    return invalid("the operand of \"" + operand.key + "\" must be a string");
  }
  if (operand.key == "equals-ignore-case") {
    caseless_.emplace_back(operand.text);
  } else {
    const Operator op = operand.key == "prefix" ? Operator::prefix : Operator::suffix;
    rules_.push_back({.op = op, .text = operand.text});
  }
  return {};
}

base::Result<void> ValueRules::add_anything_but(const JsonNode& operand) {
  if (operand.is(Kind::object)) {
    return invalid(
        "EventBridge has \"anything-but\" of an operator, but Lambda's event filtering does not. "
        "List values, as {\"anything-but\": [\"a\", \"b\"]}");
  }
  Rule rule{.op = Operator::not_strings};
  size_t numbers = 0;
  const JsonNode* odd = nullptr;
  const auto add_value = [&](const JsonNode& value) {
    rule.texts.push_back(value.text);
    if (value.is(Kind::number)) {
      ++numbers;
      if (!value.comparable) odd = &value;
    }
    return value.is(Kind::number) || value.is(Kind::string);
  };
  const bool good = operand.is(Kind::array)
                        ? std::all_of(operand.children.begin(), operand.children.end(), add_value)
                        : add_value(operand);
  if (!good || rule.texts.empty() || (numbers != 0 && numbers != rule.texts.size())) {
    return invalid(
        "the operand of \"anything-but\" must be strings only or numbers only, as [\"a\", \"b\"]");
  }
  if (numbers > 0) {
    rule.op = Operator::not_numbers;
    if (odd) return not_comparable(operand.key, odd->text);
  }
  std::sort(rule.texts.begin(), rule.texts.end());
  rules_.push_back(std::move(rule));
  return {};
}

base::Result<void> ValueRules::add_numeric(const JsonNode& operand) {
  const base::Error form = invalid(
      "the operand of \"numeric\" must be [\"=\", 5], [OPERATOR, 5] with >, >=, < or <=, or a "
      "range as [\">\", 0, \"<=\", 5]");
  const std::vector<JsonNode>& terms = operand.children;
  if (!operand.is(Kind::array) || (terms.size() != 2 && terms.size() != 4)) return form;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Range range;
  for (size_t i = 0; i < terms.size(); i += 2) {
    const std::string& sign = terms[i].text;
    if (!terms[i].is(Kind::string) || !terms[i + 1].is(Kind::number)) return form;
    const std::optional<double> number = terms[i + 1].comparable;
    if (!number) return not_comparable(operand.key, terms[i + 1].text);
    const bool is_range = terms.size() == 4;
    if (sign == "=" && !is_range) {
      range.low = range.high = *number;
    } else if ((sign == ">" || sign == ">=") && i == 0) {
      range.low = sign == ">" ? std::nextafter(*number, kInfinity) : *number;
    } else if ((sign == "<" || sign == "<=") && (i == 2 || !is_range)) {
      range.high = sign == "<" ? std::nextafter(*number, -kInfinity) : *number;
    } else {
      return form;
    }
  }
  if (terms.size() == 4 && *terms[1].comparable >= *terms[3].comparable) {
    return invalid(
        "the range of \"numeric\" is empty: its first number must be less than its second");
  }
  if (range.low <= range.high) ranges_.push_back(range);  // No double is in (0, 5e-324).
  return {};
}

// A record may have many numbers, so that each must not be compared with many ranges.
void ValueRules::join_ranges() {
  std::sort(ranges_.begin(), ranges_.end(),
            [](const Range& a, const Range& b) { return a.low < b.low; });
  std::vector<Range> joined;
  for (const Range& range : ranges_) {
    if (!joined.empty() && range.low <= joined.back().high) {
      joined.back().high = std::max(joined.back().high, range.high);
    } else {
      joined.push_back(range);
    }
  }
  ranges_ = std::move(joined);
}

bool ValueRules::has_in_range(double number) const {
  const auto after =
      std::upper_bound(ranges_.begin(), ranges_.end(), number,
                       [](double wanted, const Range& range) { return wanted < range.low; });
  return after != ranges_.begin() && number <= std::prev(after)->high;
}

base::Result<void> ValueRules::add_exists(const JsonNode& operand) {
  if (!operand.is(Kind::boolean)) return invalid("the operand of \"exists\" must be true or false");
  (operand.boolean ? presence_ : absence_) = true;
  return {};
}

bool ValueRules::match(const JsonNode& value) const {
  if (presence_) return true;
  switch (value.kind) {
    case Kind::null:
      if (null_) return true;
      break;
    case Kind::boolean:
      if (value.boolean ? true_ : false_) return true;
      break;
    case Kind::number:
      if (contains(numbers_, value.text)) return true;
      if (value.comparable && has_in_range(*value.comparable)) return true;
      break;
    case Kind::string:
      if (contains(strings_, value.text) ||
          std::any_of(caseless_.begin(), caseless_.end(),
                      [&](const CaselessText& text) { return text.equals(value.text); })) {
        return true;
      }
      break;
    default:
      return false;
  }
  return std::any_of(rules_.begin(), rules_.end(),
                     [&](const Rule& rule) { return rule.match(value); });
}

bool ValueRules::Rule::match(const JsonNode& value) const {
  const bool is_string = value.is(Kind::string);
  switch (op) {
    case Operator::prefix:
      return is_string && std::string_view(value.text).starts_with(text);
    case Operator::suffix:
      return is_string && std::string_view(value.text).ends_with(text);
    case Operator::not_strings:
      return !is_string || !contains(texts, value.text);
    case Operator::not_numbers:
      return !value.is(Kind::number) || !contains(texts, value.text);
  }
  return false;
}

}  // namespace penstock::local
