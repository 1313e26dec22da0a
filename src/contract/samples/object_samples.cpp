// Makes samples of objects.
#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "contract/document/document.h"
#include "contract/samples/pattern_sample.h"
#include "contract/samples/sampler.h"

namespace penstock::contract {
namespace {

constexpr uint64_t kUnnamedMax = 1000;
constexpr size_t kSlotsMax = 2000;
// So many objects with one optional property more, or less, are offered.
constexpr size_t kTriesMax = 24;
constexpr int kPartsDepthMax = 5;

// Returns whether the document says `keyword: true` of the schema or of a part of it. In
// OpenAPI 3.0 it has no effect beside a `$ref`, but whoever writes it there means it.
bool says(const Schema* schema, std::string_view keyword, int depth = 0) {
  if (schema == nullptr || depth > kPartsDepthMax) return false;
  const Node* value = schema->node->find(keyword);
  if (value != nullptr && value->is(Node::Kind::boolean) && value->boolean) return true;
  if (!schema->composition) return false;
  const auto& all_of = schema->composition->all_of;
  return says(schema->composition->reference, keyword, depth + 1) ||
         std::any_of(all_of.begin(), all_of.end(),
                     [&](const Schema* part) { return says(part, keyword, depth + 1); });
}

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

std::vector<Sampler::Slot> Sampler::slots_of(const Task& task) const {
  std::vector<Slot> slots;
  boost::unordered_flat_set<std::string> known;
  const auto add = [&](const std::string& name) {
    if (slots.size() >= kSlotsMax || !known.insert(name).second) return;
    Slot slot{.name = name, .described = describe(task.schemas, name)};
    const std::string_view other_way = direction_ == Direction::request ? "readOnly" : "writeOnly";
    const bool is_unwanted =
        !slot.described.required && direction_ != Direction::neither &&
        std::any_of(slot.described.schemas.begin(), slot.described.schemas.end(),
                    [&](const Schema* schema) { return says(schema, other_way); });
    if (!slot.described.absent && !is_unwanted) slots.push_back(std::move(slot));
  };
  for (const Schema* schema : task.schemas) {
    if (!schema->object) continue;
    for (const Property& property : schema->object->properties) add(property.name);
    for (const auto& [name, others] : schema->object->dependent_required) {
      for (const std::string& other : others) add(other);
    }
  }
  for (const Name& name : task.names) {
    if (name.value) add(name.property);
  }
  return slots;
}

void Sampler::fill(const Task& task, Slot& slot, int depth) {
  if (std::exchange(slot.tried, true)) return;
  const boost::json::array* others = nullptr;
  for (const Name& name : task.names) {
    if (name.property != slot.name) continue;
    others = &name.others;
    if (!name.value) continue;
    slot.value = *name.value;
    slot.described.required = true;
    return;
  }
  slot.value = part(slot.described.schemas, depth + 1, others);
}

void Sampler::offer_objects(const Task& task, int depth, Offers& offers) {
  ObjectLimits limits;
  bool depends = false;  // Whether there are rules about properties together.
  for (const Schema* schema : task.schemas) {
    depends = depends || (schema->composition && schema->composition->none_of != nullptr) ||
              !task.decided.empty();
    if (!schema->object) continue;
    const ObjectRules& rules = *schema->object;
    limits.min = std::max(limits.min, rules.min_properties);
    limits.max = std::min(limits.max, rules.max_properties.value_or(limits.max));
    depends = depends || !rules.dependent_schemas.empty() || !rules.dependent_required.empty();
  }
  std::vector<Slot> slots = slots_of(task);
  if (!steps_.take(slots.size() * 100)) return;
  for (Slot& slot : slots) {
    const bool is_named = std::any_of(task.names.begin(), task.names.end(), [&](const Name& name) {
      return name.value && name.property == slot.name;
    });
    if (!slot.described.required && !is_named) continue;
    fill(task, slot, depth);
    if (!slot.value) return;
  }
  std::vector<Slot*> optional;
  const bool is_rich = may_be_rich(depth);
  for (Slot& slot : slots) {
    if (slot.described.required) continue;
    if (is_rich && may_be_rich(depth) && !is_open(slot.described.schemas)) fill(task, slot, depth);
    optional.push_back(&slot);
  }
  // Offers the object with the required properties and those for which `has` is true.
  const auto offer = [&](const auto& has, const ObjectLimits& within) {
    if (offers.taken || steps_.exhausted()) return boost::json::object();
    boost::json::object object;
    for (const Slot& slot : slots) {
      if (slot.value && (slot.described.required || has(slot))) object[slot.name] = *slot.value;
    }
    complete(task, slots, within, depth, object);
    offers(object);
    return object;
  };
  const auto all = [](const Slot&) { return true; };
  const auto none = [](const Slot&) { return false; };
  // An empty object is a poor value, and no parameter can be one.
  ObjectLimits more = limits;
  if (variant_ > 0 && limits.max > 0) more.min = std::max<uint64_t>(limits.min, 1);
  if (is_rich) offer(all, more);
  if (variant_ > 0) offer(none, more);
  const boost::json::object least = offer(none, limits);
  if (offers.taken || !depends) return;
  offer_with_dependents(task, depth, least, offers);
  offer_unlike_others(task, least, offers);
  if (optional.size() > kTriesMax) optional.resize(kTriesMax);
  for (Slot* one : optional) {
    if (offers.taken || steps_.exhausted()) return;
    fill(task, *one, depth);
    offer([one](const Slot& slot) { return &slot == one; }, limits);
  }
  for (const Slot* one : optional) {
    offer([one](const Slot& slot) { return &slot != one; }, limits);
  }
}

// Adds what depends on properties that are there, adds properties up to the least number, and
// removes optional ones down to the greatest.
void Sampler::complete(const Task& task, std::vector<Slot>& slots, const ObjectLimits& limits,
                       int depth, boost::json::object& object) {
  const auto add = [&](Slot& slot) {
    if (object.contains(slot.name)) return;
    fill(task, slot, depth);
    if (slot.value) object[slot.name] = *slot.value;
  };
  for (size_t before = SIZE_MAX; before != object.size();) {
    before = object.size();
    for (const Schema* schema : task.schemas) {
      if (!schema->object) continue;
      for (const auto& [name, others] : schema->object->dependent_required) {
        if (!object.contains(name)) continue;
        for (Slot& slot : slots) {
          if (std::find(others.begin(), others.end(), slot.name) != others.end()) add(slot);
        }
      }
    }
  }
  for (Slot& slot : slots) {
    if (object.size() >= limits.min) break;
    if (!is_open(slot.described.schemas)) add(slot);
  }
  for (auto slot = slots.rbegin(); slot != slots.rend() && object.size() > limits.max; ++slot) {
    if (!slot->described.required) object.erase(slot->name);
  }
  add_unnamed(task.schemas, depth, std::min(limits.min, kUnnamedMax), object);
}

// Returns names for a property that the document does not name.
std::vector<std::string> Sampler::unnamed(const Schemas& schemas, int depth, unsigned number) {
  std::vector<std::string> names;
  Schemas of_names;
  for (const Schema* schema : schemas) {
    if (!schema->object) continue;
    if (schema->object->names != nullptr) of_names.push_back(schema->object->names);
    for (const auto& [pattern, of_pattern] : schema->object->patterns) {
      if (auto name = sample_of(pattern, 0, 100, number)) names.push_back(std::move(*name));
    }
  }
  if (!of_names.empty()) {
    const unsigned variant = std::exchange(variant_, variant_ + number);
    if (const auto made = part(of_names, depth + 1); made && made->is_string()) {
      names.emplace_back(made->get_string());
    }
    variant_ = variant;
  }
  names.push_back("key" + std::to_string(number + 1));
  return names;
}

// Adds properties that the document does not name, until there are `wanted` of them.
void Sampler::add_unnamed(const Schemas& schemas, int depth, uint64_t wanted,
                          boost::json::object& object) {
  unsigned misses = 0;
  for (unsigned i = 0; object.size() < wanted && misses < 8 && steps_.take(100); ++i) {
    const size_t before = object.size();
    for (const std::string& name : unnamed(schemas, depth, i)) {
      if (object.contains(name)) continue;
      auto value = part(describe(schemas, name).schemas, depth + 1);
      if (!value) continue;
      object.emplace(name, std::move(*value));
      break;
    }
    if (object.size() == before) ++misses;
  }
}

void Sampler::offer_with_dependents(const Task& task, int depth, const boost::json::object& object,
                                    Offers& offers) {
  Task with = task;
  for (const Schema* schema : task.schemas) {
    if (!schema->object) continue;
    for (const auto& [name, dependent] : schema->object->dependent_schemas) {
      if (object.contains(name) &&
          std::find(with.schemas.begin(), with.schemas.end(), dependent) == with.schemas.end()) {
        with.schemas.push_back(dependent);
      }
    }
  }
  if (with.schemas.size() == task.schemas.size() || offers.taken) return;
  if (auto value = sample(std::move(with), depth)) offers(std::move(*value));
}

// Adds a property that another alternative describes, with a value that it does not allow. An
// object that allows other properties often matches several alternatives of a `oneOf` without that.
void Sampler::offer_unlike_others(const Task& task, boost::json::object object, Offers& offers) {
  for (const Schema* schema : task.schemas) {
    if (!schema->composition) continue;
    for (const Schema* branch : schema->composition->one_of) {
      if (offers.taken || steps_.exhausted()) return;
      Schemas parts{branch};
      add_parts(parts);
      const bool is_chosen =
          std::any_of(task.schemas.begin(), task.schemas.end(), [&](const Schema* one) {
            return one == branch || (branch->composition && branch->composition->reference == one);
          });
      if (is_chosen || !is_valid(*branch, object, direction_, steps_)) continue;
      for (const Schema* part : parts) {
        if (!part->object) continue;
        bool found = false;
        for (const Property& property : part->object->properties) {
          if (property.schema == nullptr || object.contains(property.name)) continue;
          const Described own = describe(task.schemas, property.name);
          if (!own.schemas.empty() || own.absent) continue;
          auto wrong = wrong_value({property.schema});
          if (!wrong) continue;
          object[property.name] = std::move(*wrong);
          found = true;
          break;
        }
        if (found) break;
      }
    }
  }
  offers(std::move(object));
}

// Returns a value that one of the schemas does not allow.
std::optional<boost::json::value> Sampler::wrong_value(const Schemas& schemas) {
  for (boost::json::value value : {boost::json::value("text"), boost::json::value(1),
                                   boost::json::value(true), boost::json::value(nullptr)}) {
    for (const Schema* schema : schemas) {
      if (!is_valid(*schema, value, direction_, steps_)) return value;
    }
  }
  return std::nullopt;
}

}  // namespace penstock::contract
