#include "contract/schema/validation.h"

#include <algorithm>
#include <array>

#include "json/equality.h"

namespace penstock::contract {

namespace {

// This bounds how deep schemas are applied within schemas, and so the stack.
constexpr size_t kDepthMax = 1500;

// Returns whether the value has one of the types.
bool has_type(const boost::json::value& value, unsigned types) {
  // The index is a boost::json::kind: null, bool, int64, uint64, double, string, array, object.
  static constexpr std::array<unsigned, 8> kTypes = {type::null,
                                                     type::boolean,
                                                     type::integer | type::number,
                                                     type::integer | type::number,
                                                     type::number,
                                                     type::string,
                                                     type::array,
                                                     type::object};
  if ((types & kTypes[static_cast<size_t>(value.kind())]) != 0) return true;
  return value.is_double() && (types & type::integer) != 0 && json::is_integer(value);
}

std::string type_sentence(unsigned types) {
  if (types == 0) return "is not allowed";
  std::vector<std::string_view> names;
  if ((types & type::string) != 0) names.emplace_back("a string");
  if ((types & type::number) != 0) {
    names.emplace_back("a number");
  } else if ((types & type::integer) != 0) {
    names.emplace_back("a whole number");
  }
  if ((types & type::boolean) != 0) names.emplace_back("true or false");
  if ((types & type::object) != 0) names.emplace_back("an object");
  if ((types & type::array) != 0) names.emplace_back("an array");
  if ((types & type::null) != 0) names.emplace_back("null");
  std::string sentence = "must be ";
  for (size_t i = 0; i < names.size(); ++i) {
    sentence += i == 0 ? "" : i + 1 == names.size() ? " or " : ", ";
    sentence += names[i];
  }
  return sentence;
}

std::string count(uint64_t number, std::string_view one) {
  return std::to_string(number) + ' ' + std::string(one) + (number == 1 ? "" : "s");
}

// Counts code points, not bytes (JSON Schema validation 2020-12 section 6.3).
uint64_t code_points(std::string_view text) {
  return static_cast<uint64_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

}  // namespace

void Evaluated::add(const Evaluated& other) {
  few_ |= other.few_;
  for (size_t i = 0; i < many_.size(); ++i) many_[i] |= other.many_[i];
}

bool Validation::report(const Location& location, std::string_view keyword, std::string message) {
  if (collecting() && !given_up()) add_violation(location, keyword, std::move(message));
  return false;
}

void Validation::add_violation(const Location& location, std::string_view keyword,
                               std::string message) {
  if (is_full()) return;
  Violation& violation = violations_->emplace_back();
  violation.in = in_;
  location.append_to(violation.where);
  violation.keyword = keyword;
  violation.message = std::move(message);
}

void Validation::report_exhaustion(const Location& location) {
  if (!collecting()) return;
  if (too_deep_) add_violation(location, "schema", "is nested too deeply to be validated");
  if (!steps_.report_exhaustion()) return;
  add_violation(location, "schema",
                "takes more than the " + std::to_string(steps_.max()) +
                    " steps that are allowed for validation");
}

bool Validation::run(const Schema& schema, const boost::json::value& value,
                     const Location& location) {
  const Scope scope{nullptr, schema.resource};
  const bool ok = check_inside(schema, value, location, scope);
  report_exhaustion(location);
  return ok && !given_up();
}

bool Validation::check_value(const Schema& schema, const boost::json::value& value,
                             const At& outer) {
  if (depth_ > kDepthMax) too_deep_ = true;
  if (given_up() || !pay(price::kSchema)) return false;
  const Scope inner_scope{&outer.scope, schema.resource};
  const Scope& scope = outer.scope.resource == schema.resource ? outer.scope : inner_scope;
  const OneWayScope inner_one_way{outer.one_way, schema.one_way.get()};
  const OneWayScope* one_way = schema.one_way ? &inner_one_way : outer.one_way;
  const Location& location = outer.location;
  ++depth_;
  bool ok = true;
  if (!has_type(value, schema.types)) {
    ok = report_type(schema, location);
  } else {
    const bool asks = (schema.array && schema.array->unevaluated != nullptr && value.is_array()) ||
                      (schema.object && schema.object->unevaluated != nullptr && value.is_object());
    if (asks) {
      const size_t count = value.is_array() ? value.get_array().size() : value.get_object().size();
      if (!pay_for_marks(count)) return false;
      Evaluated own(count);
      const At at{location, &own, scope, one_way};
      ok = check_rules(schema, value, at);
      // After a violation it is unknown what the part that failed would have evaluated.
      if (ok) ok = check_unevaluated(schema, value, at);
      if (ok && outer.evaluated != nullptr) outer.evaluated->add(own);
    } else {
      ok = check_rules(schema, value, At{location, outer.evaluated, scope, one_way});
    }
  }
  --depth_;
  return ok;
}

bool Validation::report_type(const Schema& schema, const Location& location) {
  if (!collecting()) return false;
  if (schema.types == 0) return report(location, "false", "is not allowed");
  return report(location, "type", type_sentence(schema.types));
}

bool Validation::check_simple(const Schema& schema, const boost::json::value& value,
                              const Location& location) {
  if (given_up() || !pay(price::kSchema)) return false;
  if (!has_type(value, schema.types)) return report_type(schema, location);
  return check_simple_rules(schema, value, location);
}

bool Validation::check_simple_rules(const Schema& schema, const boost::json::value& value,
                                    const Location& location) {
  bool ok = true;
  for (const auto* choice : {schema.enumeration.get(), schema.constant.get()}) {
    if (choice == nullptr || check_choice_of_value(*choice, value, location)) continue;
    if (!collecting()) return false;
    ok = false;
  }
  if (const auto* text = value.if_string()) {
    if (schema.string && !check_text(*schema.string, *text, location)) return false;
  } else if (schema.number && value.is_number()) {
    if (!check_number(*schema.number, value, location)) return false;
  }
  return ok;
}

bool Validation::check_rules(const Schema& schema, const boost::json::value& value, const At& at) {
  if (schema.composition && schema.composition->discriminator) {
    const Schema* child = named_child(*schema.composition->discriminator, value);
    if (child != nullptr) return check_same_value(*child, value, at);
  }
  bool ok = check_simple_rules(schema, value, at.location);
  const auto go_on = [&](bool passed) {
    ok = ok && passed;
    return passed || collecting();
  };
  if (!ok && !collecting()) return false;
  if (schema.array && value.is_array()) {
    if (!go_on(check_array(*schema.array, value.get_array(), at))) return false;
  } else if (schema.object && value.is_object()) {
    const ObjectRules& rules = *schema.object;
    if (!go_on(check_object(rules, value.get_object(), at))) return false;
    if ((!rules.dependent_schemas.empty() || !rules.dependent_required.empty()) &&
        !go_on(check_dependents(rules, value.get_object(), value, at))) {
      return false;
    }
  }
  if (schema.composition) go_on(check_composition(*schema.composition, value, at));
  return ok;
}

bool Validation::check_choice_of_value(const Enumeration& choice, const boost::json::value& value,
                                       const Location& location) {
  if (!pay(choice.steps_for(value))) return false;
  return check_choice(choice, choice.has(value), location);
}

bool Validation::check_choice(const Enumeration& choice, bool is_in, const Location& location) {
  if (is_in) return true;
  if (!collecting()) return false;
  const std::string_view keyword = choice.single ? "const" : "enum";
  if (choice.values.size() == 1) {
    return report(location, keyword, "must be the only value that is allowed");
  }
  return report(location, keyword,
                "must be one of the " + std::to_string(choice.values.size()) + " listed values");
}

bool Validation::check_text(const StringRules& rules, std::string_view text,
                            const Location& location) {
  bool ok = true;
  // A character has one to four bytes, so that most texts need not be counted.
  const bool surely_fits = text.size() <= rules.max_length.value_or(UINT64_MAX) &&
                           (text.size() + 3) / 4 >= rules.min_length.value_or(0);
  if (!surely_fits) {
    if (!pay(text.size() / 4)) return false;
    const uint64_t length = code_points(text);
    if (rules.min_length && length < *rules.min_length) {
      if (!collecting()) return false;
      ok = report(location, "minLength",
                  "must have at least " + count(*rules.min_length, "character"));
    }
    if (rules.max_length && length > *rules.max_length) {
      if (!collecting()) return false;
      ok = report(location, "maxLength",
                  "must have at most " + count(*rules.max_length, "character"));
    }
  }
  if (rules.pattern) {
    if (!pay(price::kPattern + text.size() * rules.pattern->steps_per_byte())) return false;
    if (!rules.pattern->is_found_in(text)) {
      if (!collecting()) return false;
      ok = report(location, "pattern", "must match " + rules.pattern->text());
    }
  }
  if (rules.format != nullptr) {
    if (!pay(price::kFormat + rules.format->steps_for(text))) return false;
    if (!rules.format->matches(text)) {
      if (!collecting()) return false;
      ok = report(location, "format", std::string(rules.format->sentence));
    }
  }
  return ok;
}

bool Validation::check_number(const NumberRules& rules, const boost::json::value& value,
                              const Location& location) {
  bool ok = true;
  const auto bound = [&](const std::optional<boost::json::value>& limit, auto within,
                         std::string_view keyword, const char* sentence) {
    if (!limit) return true;
    if (!pay(price::kLimit)) return false;
    if (within(json::compare_numbers(value, *limit))) return true;
    ok = false;
    if (collecting()) report(location, keyword, sentence + json::number_text(*limit));
    return collecting();
  };
  using Order = std::partial_ordering;
  if (!bound(rules.minimum, [](Order o) { return o >= 0; }, "minimum", "must be at least ")) {
    return false;
  }
  if (!bound(
          rules.above, [](Order o) { return o > 0; }, "exclusiveMinimum", "must be more than ")) {
    return false;
  }
  if (!bound(rules.maximum, [](Order o) { return o <= 0; }, "maximum", "must be at most ")) {
    return false;
  }
  if (!bound(
          rules.below, [](Order o) { return o < 0; }, "exclusiveMaximum", "must be less than ")) {
    return false;
  }
  if (rules.multiple) {
    if (!pay(rules.multiple->is_quick(value) ? price::kQuickMultiple : price::kMultiple)) {
      return false;
    }
    if (!rules.multiple->divides(value)) {
      if (!collecting()) return false;
      ok = report(location, "multipleOf", "must be a multiple of " + rules.multiple_text);
    }
  }
  if (rules.format != nullptr) {
    if (!pay(2 * price::kLimit)) return false;
    if (!rules.format->matches(value)) {
      if (!collecting()) return false;
      ok = report(location, "format", std::string(rules.format->sentence));
    }
  }
  return ok;
}

void validate(const Schema& schema, const boost::json::value& value, std::string_view in,
              std::string_view name, Direction direction, Violations& violations, Steps& steps) {
  const Location root{nullptr, name};
  const size_t before = violations.size();
  Validation validation(&violations, in, direction, steps);
  if (!validation.run(schema, value, root) && violations.size() == before) {
    validation.report(root, "schema", "does not match its schema");
  }
}

bool is_valid(const Schema& schema, const boost::json::value& value, Direction direction,
              Steps& steps) {
  return Validation(nullptr, {}, direction, steps).run(schema, value, Location{});
}

bool is_valid(const Schema& schema, const boost::json::value& value, Direction direction,
              Steps& steps, size_t schemas_around) {
  return Validation(nullptr, {}, direction, steps, schemas_around).run(schema, value, Location{});
}

bool is_valid(const Schema& schema, const boost::json::value& value, Direction direction) {
  Steps steps;
  return is_valid(schema, value, direction, steps);
}

bool is_plain_string(const Schema& schema) {
  return (schema.types & ~type::null) == type::string && !schema.composition && !schema.constant;
}

void validate_text(const Schema& schema, std::string_view text, std::string_view in,
                   std::string_view name, Violations& violations, Steps& steps) {
  const Location location{nullptr, name};
  Validation validation(&violations, in, Direction::request, steps);
  if (schema.enumeration && validation.pay(schema.enumeration->values.size())) {
    static_cast<void>(
        validation.check_choice(*schema.enumeration, schema.enumeration->has_text(text), location));
  }
  if (schema.string) static_cast<void>(validation.check_text(*schema.string, text, location));
  validation.report_exhaustion(location);
}

}  // namespace penstock::contract
