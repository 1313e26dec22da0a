// Checks the keywords that apply to the elements of arrays and the properties of objects.
#include <algorithm>

#include "contract/schema/validation.h"
#include "json/equality.h"

namespace penstock::contract {

namespace {

std::string count(uint64_t number, std::string_view one, std::string_view many) {
  return std::to_string(number) + ' ' + std::string(number == 1 ? one : many);
}

}  // namespace

bool Validation::check_array(const ArrayRules& rules, const boost::json::array& array,
                             const At& at) {
  bool ok = true;
  const auto fail = [&](std::string_view keyword, auto sentence) {
    ok = false;
    if (collecting()) report(at.location, keyword, sentence());
    return collecting();
  };
  if (array.size() < rules.min_items && !fail("minItems", [&] {
        return "must have at least " + count(rules.min_items, "element", "elements");
      })) {
    return false;
  }
  if (rules.max_items && array.size() > *rules.max_items && !fail("maxItems", [&] {
        return "must have at most " + count(*rules.max_items, "element", "elements");
      })) {
    return false;
  }
  for (size_t i = 0; i < array.size(); ++i) {
    const Schema* schema = i < rules.prefix.size() ? rules.prefix[i] : rules.items;
    if (schema == nullptr) break;  // The elements that follow have no schema either.
    if (at.evaluated != nullptr) at.evaluated->mark(i);
    if (check_inside(*schema, array[i], Location{&at.location, {}, i}, at.scope)) continue;
    ok = false;
    if (!collecting() || is_full() || given_up()) return false;
  }
  if (rules.unique) {
    uint64_t bytes = 0;
    for (const boost::json::value& element : array) bytes += text_bytes(element);
    if (!pay(2 * bytes + price::kDistinct * array.size())) return false;
    if (const auto twins = json::first_duplicate(array)) {
      if (!fail("uniqueItems", [&] {
            return "must have unique elements, but elements " + std::to_string(twins->first) +
                   " and " + std::to_string(twins->second) + " are equal";
          })) {
        return false;
      }
    }
  }
  if (rules.contains != nullptr && !check_contains(rules, array, at)) ok = false;
  return ok;
}

bool Validation::check_contains(const ArrayRules& rules, const boost::json::array& array,
                                const At& at) {
  uint64_t found = 0;
  Violations* const violations = std::exchange(violations_, nullptr);
  for (size_t i = 0; i < array.size(); ++i) {
    if (given_up()) break;
    if (!check_inside(*rules.contains, array[i], Location{&at.location, {}, i}, at.scope)) continue;
    ++found;
    if (at.evaluated != nullptr) at.evaluated->mark(i);
  }
  violations_ = violations;
  if (found < rules.min_contains) {
    return report(at.location, rules.min_contains == 1 ? "contains" : "minContains",
                  collecting() ? "must contain at least " +
                                     count(rules.min_contains, "element that matches",
                                           "elements that match") +
                                     " 'contains'"
                               : "");
  }
  if (rules.max_contains && found > *rules.max_contains) {
    return report(at.location, "maxContains",
                  collecting() ? "must contain at most " +
                                     count(*rules.max_contains, "element that matches",
                                           "elements that match") +
                                     " 'contains'"
                               : "");
  }
  return true;
}

bool Validation::check_object(const ObjectRules& rules, const boost::json::object& object,
                              const At& at) {
  bool ok = true;
  const auto fail = [&](std::string_view keyword, auto sentence) {
    ok = false;
    if (collecting()) report(at.location, keyword, sentence());
    return collecting();
  };
  if (object.size() < rules.min_properties && !fail("minProperties", [&] {
        return "must have at least " + count(rules.min_properties, "property", "properties");
      })) {
    return false;
  }
  if (rules.max_properties && object.size() > *rules.max_properties && !fail("maxProperties", [&] {
        return "must have at most " + count(*rules.max_properties, "property", "properties");
      })) {
    return false;
  }
  size_t hint = 0;
  size_t required = 0;
  size_t number = 0;
  for (const boost::json::key_value_pair& entry : object) {
    if (!pay(price::kMember + entry.key().size() / 4)) return false;
    const size_t index = rules.find(entry.key(), hint);
    if (index < rules.properties.size()) {
      hint = index + 1;
      if (rules.properties[index].required) ++required;
    }
    const bool is_usual = index < rules.properties.size() && at.evaluated == nullptr &&
                          rules.patterns.empty() && rules.names == nullptr &&
                          rules.properties[index].schema != nullptr;
    if (!(is_usual ? check_property_value(*rules.properties[index].schema, entry.value(),
                                          Location{&at.location, entry.key()}, at.scope)
                   : check_member(rules, index, entry, number, at))) {
      ok = false;
      if (!collecting() || is_full() || given_up()) return false;
    }
    ++number;
  }
  if (required < rules.required && !report_missing(rules, object, at)) ok = false;
  return ok;
}

bool Validation::check_member(const ObjectRules& rules, size_t index,
                              const boost::json::key_value_pair& member, size_t number,
                              const At& at) {
  const Location location{&at.location, member.key()};
  bool ok = true;
  bool known = false;
  if (rules.names != nullptr) {
    if (!pay(price::kAllocation + member.key().size() / 8)) return false;
    Violations* const violations = std::exchange(violations_, nullptr);
    const boost::json::value name(member.key());
    const bool matches = check_inside(*rules.names, name, location, at.scope);
    violations_ = violations;
    if (!matches) {
      ok = report(location, "propertyNames", "is not an allowed property name");
    }
  }
  if (index < rules.properties.size()) {
    const Property& property = rules.properties[index];
    if (property.schema != nullptr) {
      known = true;
      if (!check_property_value(*property.schema, member.value(), location, at.scope)) ok = false;
    }
  }
  for (const auto& [pattern, schema] : rules.patterns) {
    if (!ok && !collecting()) return false;
    if (!pay(price::kPattern + member.key().size() * pattern.steps_per_byte())) return false;
    if (!pattern.is_found_in(member.key())) continue;
    known = true;
    if (!check_property_value(*schema, member.value(), location, at.scope)) ok = false;
  }
  if (!known && rules.additional != nullptr) {
    known = true;
    if (rules.additional->types == 0) {
      ok = report(location, "additionalProperties",
                  collecting() ? "is not a property of this object" : "");
    } else if (!check_property_value(*rules.additional, member.value(), location, at.scope)) {
      ok = false;
    }
  }
  if (known && at.evaluated != nullptr) at.evaluated->mark(number);
  return ok;
}

// Enforces `readOnly` and `writeOnly` (OpenAPI 3.0.3 section 4.7.24).
bool Validation::check_property_value(const Schema& schema, const boost::json::value& value,
                                      const Location& location, const Scope& scope) {
  if (schema.read_only && direction_ == Direction::request) {
    return report(location, "readOnly", "is set by the server and must not be sent");
  }
  if (schema.write_only && direction_ == Direction::response) {
    return report(location, "writeOnly", "is write-only, so an answer must not contain it");
  }
  return check_inside(schema, value, location, scope);
}

bool Validation::report_missing(const ObjectRules& rules, const boost::json::object& object,
                                const At& at) {
  bool ok = true;
  for (const Property& property : rules.properties) {
    if (!pay(price::kMember)) return false;
    if (!property.required || object.contains(property.name)) continue;
    if (goes_the_other_way(property.name, at.one_way)) continue;
    ok = report(Location{&at.location, property.name}, "required", "is missing");
    if (!collecting() || is_full()) return false;
  }
  return ok;
}

bool Validation::goes_the_other_way(std::string_view name, const OneWayScope* one_way) {
  if (direction_ == Direction::neither) return false;
  for (; one_way != nullptr; one_way = one_way->outer) {
    const auto& names =
        direction_ == Direction::request ? one_way->names->read_only : one_way->names->write_only;
    if (!pay(names.size() * price::kLimit)) return false;
    if (std::find(names.begin(), names.end(), name) != names.end()) return true;
  }
  return false;
}

bool Validation::check_dependents(const ObjectRules& rules, const boost::json::object& object,
                                  const boost::json::value& value, const At& at) {
  bool ok = true;
  for (const auto& [name, others] : rules.dependent_required) {
    if (!pay(price::kMember * (1 + others.size()))) return false;
    if (!object.contains(name)) continue;
    for (const std::string& other : others) {
      if (object.contains(other)) continue;
      ok = report(Location{&at.location, other}, "dependentRequired",
                  "is missing, but '" + name + "' requires it");
    }
  }
  for (const auto& [name, schema] : rules.dependent_schemas) {
    if ((!ok && !collecting()) || !pay(price::kMember)) return false;
    if (object.contains(name) && !check_same_value(*schema, value, at)) ok = false;
  }
  return ok;
}

bool Validation::check_unevaluated(const Schema& schema, const boost::json::value& value,
                                   const At& at) {
  bool ok = true;
  const auto one = [&](const Schema& wanted, size_t i, const boost::json::value& found,
                       const Location& location, std::string_view keyword) {
    if (at.evaluated->has(i)) return true;
    at.evaluated->mark(i);
    if (wanted.types == 0) {
      ok = report(location, keyword, "is not expected here");
    } else if (!check_inside(wanted, found, location, at.scope)) {
      ok = false;
    }
    return ok || collecting();
  };
  if (value.is_array()) {
    const boost::json::array& array = value.get_array();
    for (size_t i = 0; i < array.size(); ++i) {
      if (!one(*schema.array->unevaluated, i, array[i], Location{&at.location, {}, i},
               "unevaluatedItems")) {
        return false;
      }
    }
  } else {
    size_t i = 0;
    for (const boost::json::key_value_pair& entry : value.get_object()) {
      if (!one(*schema.object->unevaluated, i++, entry.value(), Location{&at.location, entry.key()},
               "unevaluatedProperties")) {
        return false;
      }
    }
  }
  return ok;
}

}  // namespace penstock::contract
