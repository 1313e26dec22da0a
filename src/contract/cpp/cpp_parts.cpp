#include "contract/cpp/cpp_parts.h"

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "contract/document/document.h"

namespace penstock::contract {
namespace {

using Seen = boost::unordered_flat_set<const Schema*>;

bool has_rules(const Schema& schema) {
  return schema.types != type::any || schema.enumeration || schema.constant || schema.string ||
         schema.number || schema.array || schema.object;
}

// Returns the schema that this one stands for, because it says nothing but a reference, or an
// `allOf` of one schema.
const Schema* only_part(const Schema& schema) {
  if (!schema.composition || has_rules(schema)) return nullptr;
  const Composition& c = *schema.composition;
  const bool has_more = !c.any_of.empty() || !c.one_of.empty() || c.none_of != nullptr ||
                        c.condition != nullptr || c.discriminator;
  if (has_more) return nullptr;
  const bool has_dynamic = c.dynamic && (!c.dynamic->anchor.empty() || c.reference != nullptr);
  if (has_dynamic) return nullptr;
  const Schema* initial = c.dynamic ? c.dynamic->initial : c.reference;
  if (initial != nullptr) return c.all_of.empty() ? initial : nullptr;
  return c.all_of.size() == 1 ? c.all_of.front() : nullptr;
}

const Schema* end_of(const Schema* schema) {
  Seen seen;
  while (seen.insert(schema).second) {
    const Schema* next = only_part(*schema);
    if (next == nullptr) return schema;
    schema = next;
  }
  return schema;
}

// Returns whether the schema is for null alone.
bool is_null(const Schema& schema) {
  if (schema.allowed == type::null) return true;
  const auto only = [](const std::unique_ptr<Enumeration>& list) {
    return list && list->values.size() == 1 && list->values.front().is_null();
  };
  return only(schema.enumeration) || only(schema.constant);
}

unsigned types_of(const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return type::null;
    case boost::json::kind::bool_:
      return type::boolean;
    case boost::json::kind::string:
      return type::string;
    case boost::json::kind::array:
      return type::array;
    case boost::json::kind::object:
      return type::object;
    default:
      return type::integer | type::number;
  }
}

unsigned types_of(const Enumeration& list) {
  unsigned types = 0;
  for (const boost::json::value& value : list.values) types |= types_of(value);
  return types;
}

class Flattening {
 public:
  explicit Flattening(CppParts& out) : out_(out) {}

  void add(const Schema& schema) {
    if (!seen_.insert(&schema).second) return;
    if (schema.enumeration) types_ &= types_of(*schema.enumeration);
    if (schema.constant) types_ &= types_of(*schema.constant);
    said_ |= schema.types != type::any || schema.enumeration || schema.constant;
    const bool is_choice = schema.composition && add_composition(*schema.composition);
    if (has_rules(schema) || is_choice || has_condition(schema)) out_.parts.push_back(&schema);
    if (is_choice) {
      if (alternatives_of(schema).size() == 1) {
        add(*alternatives_of(schema).front());
      } else {
        out_.choices.push_back(&schema);
      }
    }
  }

  // Says which types the enumerations leave, and whether anything is said of types at all.
  [[nodiscard]] unsigned types() const { return types_; }
  [[nodiscard]] bool said() const { return said_; }

 private:
  static bool has_condition(const Schema& schema) {
    return schema.composition && (schema.composition->condition != nullptr);
  }

  // Returns whether there are alternatives.
  bool add_composition(const Composition& c) {
    if (c.reference != nullptr) add(*c.reference);
    if (c.dynamic) {
      out_.is_open |= !c.dynamic->anchor.empty();
      add(*c.dynamic->initial);
    }
    for (const Schema* part : c.all_of) add(*part);
    if (c.discriminator && c.discriminator->of_base) return true;
    return !c.one_of.empty() || !c.any_of.empty();
  }

  CppParts& out_;
  Seen seen_;
  unsigned types_ = type::any;
  bool said_ = false;
};

// Returns whether the schema, with all its parts, describes no property, element or choice beyond
// `names`.
bool only_narrows(const Schema& schema, const boost::unordered_flat_set<std::string_view>& names,
                  bool has_items, Seen& seen) {
  if (!seen.insert(&schema).second) return true;
  if (schema.object) {
    const ObjectRules& rules = *schema.object;
    if (!rules.patterns.empty()) return false;
    const bool has_values = rules.additional != nullptr && rules.additional->allowed != 0;
    if (has_values && names.empty()) return false;
    for (const Property& property : rules.properties) {
      if (property.schema != nullptr && !names.contains(property.name)) return false;
    }
    for (const auto& [name, dependent] : rules.dependent_schemas) {
      if (!only_narrows(*dependent, names, has_items, seen)) return false;
    }
  }
  if (schema.array && (schema.array->items != nullptr || !schema.array->prefix.empty()) &&
      !has_items) {
    return false;
  }
  if (!schema.composition) return true;
  const Composition& c = *schema.composition;
  if (c.dynamic) return false;
  const auto good = [&](const Schema* part) {
    return part == nullptr || only_narrows(*part, names, has_items, seen);
  };
  if (!good(c.reference) || !good(c.consequence) || !good(c.alternative)) return false;
  for (const auto* list : {&c.all_of, &c.any_of, &c.one_of}) {
    for (const Schema* part : *list) {
      if (!good(part)) return false;
    }
  }
  return !c.discriminator || !c.discriminator->of_base;
}

}  // namespace

std::vector<const Schema*> without_references(const std::vector<const Schema*>& schemas) {
  std::vector<const Schema*> out;
  Seen seen;
  for (const Schema* schema : schemas) {
    const Schema* end = end_of(schema);
    if (seen.insert(end).second) out.push_back(end);
  }
  return out;
}

std::vector<const Schema*> alternatives_of(const Schema& choice) {
  std::vector<const Schema*> out;
  const Composition& c = *choice.composition;
  for (const Schema* one : c.one_of.empty() ? c.any_of : c.one_of) {
    if (!is_null(*one)) out.push_back(one);
  }
  return out;
}

CppParts parts_of(const std::vector<const Schema*>& schemas) {
  CppParts out;
  Flattening flattening(out);
  unsigned allowed = type::any;
  for (const Schema* schema : schemas) {
    flattening.add(*schema);
    allowed &= schema->allowed;
  }
  allowed &= flattening.types();
  const bool is_untyped = allowed == type::any;
  out.types = is_untyped ? type::any : allowed & ~type::null;
  out.nullable = !is_untyped && (allowed & type::null) != 0;
  return out;
}

std::vector<CppProperty> properties_of(const CppParts& parts) {
  std::vector<CppProperty> out;
  boost::unordered_flat_map<std::string_view, size_t> known;
  const auto add = [&](const Property& property) {
    const auto [entry, is_new] = known.emplace(property.name, out.size());
    if (is_new) out.push_back({.name = property.name});
    CppProperty& own = out[entry->second];
    own.required = own.required || property.required;
    if (property.schema == nullptr) return;
    own.schemas.push_back(property.schema);
    own.read_only = own.read_only || property.schema->read_only;
    own.write_only = own.write_only || property.schema->write_only;
  };
  for (const Schema* part : parts.parts) {
    if (!part->object) continue;
    const ObjectRules& rules = *part->object;
    // In the document, `required` may stand before `properties`. The latter has the order.
    const Node* described = part->node->find("properties");
    if (described != nullptr) {
      size_t hint = 0;
      for (const Member& member : described->members) {
        const size_t index = rules.find(member.key->text, hint);
        if (index < rules.properties.size()) add(rules.properties[index]);
        hint = index + 1;
      }
    }
    for (const Property& property : rules.properties) {
      if (property.schema == nullptr) add(property);
    }
  }
  return out;
}

bool choices_only_narrow(const CppParts& parts) {
  boost::unordered_flat_set<std::string_view> names;
  bool has_items = false;
  for (const Schema* part : parts.parts) {
    has_items = has_items || (part->array && part->array->items != nullptr);
    if (!part->object) continue;
    for (const Property& property : part->object->properties) names.insert(property.name);
  }
  Seen seen;
  for (const Schema* part : parts.parts) {
    if (part->object) {
      for (const auto& [name, dependent] : part->object->dependent_schemas) {
        if (!only_narrows(*dependent, names, has_items, seen)) return false;
      }
    }
    if (!part->composition) continue;
    const Composition& c = *part->composition;
    for (const Schema* branch : {c.consequence, c.alternative}) {
      if (branch != nullptr && !only_narrows(*branch, names, has_items, seen)) return false;
    }
    for (const auto* list : {&c.any_of, &c.one_of}) {
      for (const Schema* branch : *list) {
        if (!only_narrows(*branch, names, has_items, seen)) return false;
      }
    }
  }
  return true;
}

std::vector<std::string_view> texts_of(const CppParts& parts) {
  const Enumeration* first = nullptr;
  std::vector<const Enumeration*> all;
  for (const Schema* part : parts.parts) {
    for (const Enumeration* list : {part->enumeration.get(), part->constant.get()}) {
      if (list == nullptr) continue;
      if (first == nullptr) first = list;
      all.push_back(list);
    }
  }
  std::vector<std::string_view> out;
  if (first == nullptr) return out;
  boost::unordered_flat_set<std::string_view> known;
  for (const boost::json::value& value : first->values) {
    if (!value.is_string()) continue;
    const std::string_view text(value.get_string());
    bool everywhere = known.insert(text).second;
    for (const Enumeration* list : all) everywhere = everywhere && list->has_text(text);
    if (everywhere) out.push_back(text);
  }
  return out;
}

}  // namespace penstock::contract
