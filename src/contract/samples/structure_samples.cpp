// Makes samples of objects and arrays.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "contract/samples/sampler.h"

namespace penstock::contract {
namespace {

constexpr uint64_t kElementsMax = 1000;

}  // namespace

Sampler::Described Sampler::describe(const Schemas& schemas, const std::string& name) const {
  Described all;
  for (const Schema* schema : schemas) {
    if (!schema->object) continue;
    const ObjectRules& rules = *schema->object;
    const size_t i = rules.find(name, 0);
    bool known = false;
    if (i < rules.properties.size()) {
      const Property& property = rules.properties[i];
      all.required = all.required || property.required;
      known = property.schema != nullptr;
      if (known) all.schemas.push_back(property.schema);
    }
    for (const auto& [pattern, of_pattern] : rules.patterns) {
      if (!pattern.is_found_in(name)) continue;
      known = true;
      all.schemas.push_back(of_pattern);
    }
    if (!known && rules.additional != nullptr) all.schemas.push_back(rules.additional);
  }
  for (const Schema* schema : all.schemas) {
    all.absent = all.absent || (schema->read_only && direction_ == Direction::request) ||
                 (schema->write_only && direction_ == Direction::response);
  }
  return all;
}

void Sampler::offer_object(const Task& task, int depth, bool with_optional, Offers& offers) {
  boost::json::object object;
  std::vector<std::string> names;
  uint64_t min = 0;
  uint64_t max = UINT64_MAX;
  for (const Schema* schema : task.schemas) {
    if (!schema->object) continue;
    for (const Property& property : schema->object->properties) names.push_back(property.name);
    for (const auto& [name, others] : schema->object->dependent_required) {
      names.insert(names.end(), others.begin(), others.end());
    }
    min = std::max(min, schema->object->min_properties);
    max = std::min(max, schema->object->max_properties.value_or(max));
  }
  std::vector<std::string> optional;
  for (const std::string& name : names) {
    if (object.contains(name)) continue;
    if (task.name && task.name->property == name) {
      object[name] = task.name->value;
      continue;
    }
    const Described described = describe(task.schemas, name);
    if (described.absent || (!described.required && !with_optional)) continue;
    if (auto value = part(described.schemas, depth)) {
      object[name] = std::move(*value);
      if (!described.required) optional.push_back(name);
    } else if (described.required) {
      return;
    }
  }
  if (task.name) object[task.name->property] = task.name->value;
  for (; object.size() > max && !optional.empty(); optional.pop_back()) {
    object.erase(optional.back());
  }
  add_unnamed(task.schemas, depth, std::min(min, kElementsMax), object);
  offers(object);
  if (!offers.taken) offer_with_dependents(task.schemas, depth, object, offers);
}

std::optional<boost::json::value> Sampler::part(const Schemas& schemas, int depth) {
  if (schemas.empty()) return boost::json::value("text");
  return sample(Task{.schemas = schemas, .decided = {}, .name = {}}, depth + 1);
}

// Adds properties that the document does not name, until there are `wanted` of them.
void Sampler::add_unnamed(const Schemas& schemas, int depth, uint64_t wanted,
                          boost::json::object& object) {
  Schemas of_names;
  for (const Schema* schema : schemas) {
    if (schema->object && schema->object->names != nullptr) {
      of_names.push_back(schema->object->names);
    }
  }
  for (int i = 1; object.size() < wanted; ++i) {
    std::string name = "key" + std::to_string(i);
    if (!of_names.empty()) {
      const auto made = part(of_names, depth);
      if (!made || !made->is_string() || object.contains(made->get_string())) return;
      name = made->get_string();
    }
    auto value = part(describe(schemas, name).schemas, depth);
    if (!value) return;
    object.emplace(name, std::move(*value));
  }
}

void Sampler::offer_with_dependents(const Schemas& schemas, int depth,
                                    const boost::json::object& object, Offers& offers) {
  Task task{.schemas = schemas, .decided = schemas, .name = {}};
  for (const Schema* schema : schemas) {
    if (!schema->object) continue;
    for (const auto& [name, dependent] : schema->object->dependent_schemas) {
      if (object.contains(name) &&
          std::find(task.schemas.begin(), task.schemas.end(), dependent) == task.schemas.end()) {
        task.schemas.push_back(dependent);
      }
    }
  }
  if (task.schemas.size() == schemas.size()) return;
  if (auto value = sample(std::move(task), depth)) offers(std::move(*value));
}

void Sampler::offer_arrays(const Schemas& schemas, int depth, Offers& offers) {
  uint64_t min = 0;
  uint64_t max = UINT64_MAX;
  uint64_t wanted = 1;
  bool unique = false;
  for (const Schema* schema : schemas) {
    if (!schema->array) continue;
    const ArrayRules& rules = *schema->array;
    min = std::max(min, rules.min_items);
    max = std::min(max, rules.max_items.value_or(max));
    wanted = std::max({wanted, rules.min_items, uint64_t{rules.prefix.size()},
                       rules.contains != nullptr ? rules.prefix.size() + rules.min_contains : 0});
    unique = unique || rules.unique;
  }
  for (const uint64_t size : {std::min(wanted, max), min, uint64_t{0}}) {
    boost::json::array array;
    while (array.size() < std::min(size, kElementsMax)) {
      const Schemas of_element = elements(schemas, array.size());
      auto value = of_element.empty() ? std::optional<boost::json::value>(array.size())
                                      : part(of_element, depth);
      if (value && unique) value = different(of_element, array, std::move(*value));
      if (!value) break;
      array.push_back(std::move(*value));
    }
    offers(std::move(array));
    if (offers.taken) return;
  }
}

Sampler::Schemas Sampler::elements(const Schemas& schemas, size_t index) {
  Schemas all;
  for (const Schema* schema : schemas) {
    if (!schema->array) continue;
    const ArrayRules& rules = *schema->array;
    const Schema* element = index < rules.prefix.size() ? rules.prefix[index] : rules.items;
    if (element != nullptr) all.push_back(element);
    if (element == nullptr && rules.unevaluated != nullptr) all.push_back(rules.unevaluated);
    const size_t behind = rules.prefix.size();
    if (rules.contains != nullptr && index >= behind && index < behind + rules.min_contains) {
      all.push_back(rules.contains);
    }
  }
  return all;
}

// Returns the value, or another valid one, that the array does not have yet, for `uniqueItems`. The
// others are values of an `enum`, numbers, texts and booleans. Returns nothing if none is found.
std::optional<boost::json::value> Sampler::different(const Schemas& schemas,
                                                     const boost::json::array& array,
                                                     boost::json::value value) const {
  const auto is_new = [&](const boost::json::value& one) {
    return std::find(array.begin(), array.end(), one) == array.end() &&
           std::all_of(schemas.begin(), schemas.end(),
                       [&](const Schema* schema) { return is_valid(*schema, one, direction_); });
  };
  if (is_new(value)) return value;
  std::vector<boost::json::value> others;
  Schemas all = schemas;
  add_parts(all);
  for (const Schema* schema : all) {
    if (!schema->enumeration) continue;
    others.insert(others.end(), schema->enumeration->values.begin(),
                  schema->enumeration->values.end());
  }
  for (int i = 0; i < 200; ++i) {
    others.emplace_back(i);
    others.emplace_back("text" + std::to_string(i));
  }
  others.emplace_back(true);
  others.emplace_back(false);
  const auto found = std::find_if(others.begin(), others.end(), is_new);
  if (found == others.end()) return std::nullopt;
  return *found;
}

}  // namespace penstock::contract
