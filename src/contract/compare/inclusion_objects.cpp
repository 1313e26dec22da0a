// Compares the rules for objects.
#include <algorithm>

#include "contract/compare/inclusion.h"

namespace penstock::contract {
namespace {

std::string text_or_none(const std::optional<uint64_t>& number) {
  return number ? std::to_string(*number) : "none";
}

}  // namespace

Inclusion::Verdict Inclusion::include_object(const Case& at, const ObjectRules& rules) {
  Verdict worst = include_required(at, rules);
  worst = std::max(worst, include_properties(at, rules));
  worst = std::max(worst, include_other_properties(at, rules));
  worst = std::max(worst, include_sizes(at, rules));
  worst = std::max(worst, include_dependents(at, rules));
  if (!allows_all(rules.names)) worst = std::max(worst, include_names(at, *rules.names));
  if (!allows_all(rules.unevaluated)) {
    worst =
        std::max(worst, differ(at, Verdict::unknown, "unevaluatedProperties", "another", "this"));
  }
  return worst;
}

bool Inclusion::requires_name(const Domain& domain, std::string_view name) const {
  bool required = false;
  for (const Schema* schema : domain.all) {
    if (is_excused(*schema, name, direction_)) return false;
    if (!schema->object) continue;
    const auto& properties = schema->object->properties;
    const size_t index = schema->object->find(name, 0);
    required = required || (index < properties.size() && properties[index].required);
  }
  return required;
}

Inclusion::Verdict Inclusion::include_required(const Case& at, const ObjectRules& rules) {
  Verdict worst = Verdict::included;
  for (const Property& property : rules.properties) {
    if (!property.required || is_excused(at.whole, property.name, direction_) ||
        requires_name(at.sub, property.name)) {
      continue;
    }
    worst = std::max(
        worst, differ(at, Verdict::excluded, "required", "optional", "required", property.name));
  }
  return worst;
}

// A property that only one of the schemas describes may have anything under the other one. Authors
// do not expect that clients use that, so it is not called certain.
Inclusion::Verdict Inclusion::include_property(const Case& at, std::string_view name,
                                               const PropertyDomain& property,
                                               const Schema& super) {
  Walk inside = at.walk.into(name);
  if (!property.described) inside.certain = false;
  const Case inner{*property.domain, super, super, type::any, inside};
  Verdict verdict = Verdict::included;
  if (is_forbidden(super, direction_)) {
    const std::string_view kind = super.types == 0  ? "additionalProperties"
                                  : super.read_only ? "readOnly"
                                                    : "writeOnly";
    verdict = differ(inner, Verdict::excluded, kind, "allowed", "not allowed");
  } else if (!property.described && !at.walk.loud()) {
    verdict = include(*property.domain, super, inside);
  } else if (!property.described) {
    Walk quiet = Walk::quiet();
    verdict = include(*property.domain, super, quiet);
    if (verdict != Verdict::included) {
      differ(inner, verdict, "properties", "not described", "described");
    }
  } else {
    verdict = include(*property.domain, super, inside);
  }
  return property.described ? verdict : std::min(verdict, Verdict::unknown);
}

Inclusion::Verdict Inclusion::include_properties(const Case& at, const ObjectRules& rules) {
  std::set<std::string_view> names;
  for (const Property& property : rules.properties) names.insert(property.name);
  for (const Schema* schema : at.sub.all) {
    if (!schema->object) continue;
    for (const Property& property : schema->object->properties) names.insert(property.name);
  }
  Verdict worst = Verdict::included;
  for (const std::string_view name : names) {
    const std::vector<const Schema*> supers = schemas_of(rules, name);
    if (supers.empty()) continue;
    const PropertyDomain property = domains_.property(at.sub, name, direction_);
    if (!property.possible) continue;
    for (const Schema* super : supers) {
      worst = std::max(worst, include_property(at, name, property, *super));
    }
  }
  return worst;
}

// Compares what the schemas say of properties that neither names. Without patterns there is one
// schema on each side. With patterns a name may match some of them, and it is only certain that the
// schemas of the same pattern apply, and those that apply to all other names.
Inclusion::Verdict Inclusion::include_other_properties(const Case& at, const ObjectRules& rules) {
  std::set<std::string> patterns;        // Of the domain, but not of the rules.
  std::vector<const Schema*> always;     // What applies to a name whatever pattern it matches.
  std::vector<const Schema*> otherwise;  // What applies to a name that matches no pattern.
  for (const Schema* schema : at.sub.all) {
    if (!schema->object) continue;
    const ObjectRules& own = *schema->object;
    for (const auto& [pattern, of_pattern] : own.patterns) patterns.insert(pattern.text());
    if (own.additional == nullptr) continue;
    otherwise.push_back(own.additional);
    if (own.patterns.empty()) always.push_back(own.additional);
  }
  const auto of_pattern = [&](const std::string& text) {
    std::vector<const Schema*> all = always;
    for (const Schema* schema : at.sub.all) {
      if (!schema->object) continue;
      for (const auto& [pattern, one] : schema->object->patterns) {
        if (pattern.text() == text) all.push_back(one);
      }
    }
    return all;
  };
  const bool plain = patterns.empty() && rules.patterns.empty();
  Verdict worst = Verdict::included;
  const auto check = [&](std::vector<const Schema*> own, const Schema& super) {
    PropertyDomain property;
    const Schema& root = own.empty() ? domains_.any() : *own.front();
    property.possible = std::none_of(own.begin(), own.end(), [&](const Schema* schema) {
      return is_forbidden(*schema, direction_);
    });
    property.described = std::any_of(own.begin(), own.end(),
                                     [](const Schema* schema) { return !allows_all(schema); });
    if (own.empty()) own.push_back(&root);
    property.domain = &domains_.of(root, std::move(own));
    if (!property.possible || property.domain->types() == 0) return;
    Walk inside{at.walk.found, at.walk.visited, at.walk.path, at.walk.certain && plain};
    // Where no other property may be any more, all are refused that were allowed until now.
    if (plain && is_forbidden(super, direction_)) property.described = true;
    const Verdict verdict =
        include_property({at.sub, at.whole, at.super, at.type, inside}, "*", property, super);
    worst = std::max(worst, plain ? verdict : std::min(verdict, Verdict::unknown));
  };
  for (const auto& [pattern, super] : rules.patterns) {
    if (!allows_all(super)) check(of_pattern(pattern.text()), *super);
  }
  if (allows_all(rules.additional)) return worst;
  for (const auto& [pattern, super] : rules.patterns) patterns.erase(pattern.text());
  check(otherwise, *rules.additional);
  for (const std::string& pattern : patterns) check(of_pattern(pattern), *rules.additional);
  return worst;
}

std::optional<std::set<std::string_view>> Inclusion::only_names(const Domain& domain) const {
  for (const Schema* schema : domain.all) {
    if (!schema->object) continue;
    const ObjectRules& rules = *schema->object;
    if (!rules.patterns.empty() || rules.additional == nullptr || rules.additional->types != 0) {
      continue;
    }
    std::set<std::string_view> names;
    for (const Property& property : rules.properties) {
      if (property.schema != nullptr && !is_forbidden(*property.schema, direction_)) {
        names.insert(property.name);
      }
    }
    return names;
  }
  return std::nullopt;
}

Inclusion::Verdict Inclusion::include_sizes(const Case& at, const ObjectRules& rules) {
  uint64_t least = 0;
  std::optional<uint64_t> most;
  std::set<std::string_view> required;
  for (const Schema* schema : at.sub.all) {
    if (!schema->object) continue;
    const ObjectRules& own = *schema->object;
    least = std::max(least, own.min_properties);
    if (own.max_properties) most = std::min(most.value_or(UINT64_MAX), *own.max_properties);
    for (const Property& property : own.properties) {
      if (property.required && requires_name(at.sub, property.name)) required.insert(property.name);
    }
  }
  least = std::max<uint64_t>(least, required.size());
  if (const auto names = only_names(at.sub)) {
    most = std::min<uint64_t>(most.value_or(UINT64_MAX), names->size());
  }
  Verdict worst = Verdict::included;
  if (rules.min_properties > least) {
    worst = std::max(worst, differ(at, Verdict::excluded, "minProperties", std::to_string(least),
                                   std::to_string(rules.min_properties)));
  }
  if (rules.max_properties && (!most || *most > *rules.max_properties)) {
    worst = std::max(worst, differ(at, Verdict::excluded, "maxProperties", text_or_none(most),
                                   text_or_none(rules.max_properties)));
  }
  return worst;
}

Inclusion::Verdict Inclusion::include_dependents(const Case& at, const ObjectRules& rules) {
  Verdict worst = Verdict::included;
  for (const auto& [name, others] : rules.dependent_required) {
    if (!domains_.property(at.sub, name, direction_).possible) continue;
    for (const std::string& other : others) {
      const auto needs = [&, &name = name](const Schema* schema) {
        if (!schema->object) return false;
        const auto& own = schema->object->dependent_required;
        return std::any_of(own.begin(), own.end(), [&](const auto& entry) {
          return entry.first == name &&
                 std::find(entry.second.begin(), entry.second.end(), other) != entry.second.end();
        });
      };
      if (other == name || requires_name(at.sub, other) ||
          std::any_of(at.sub.all.begin(), at.sub.all.end(), needs)) {
        continue;
      }
      worst = std::max(worst, differ(at, Verdict::excluded, "dependentRequired", "optional",
                                     "required beside '" + name + "'", other));
    }
  }
  for (const auto& [name, dependent] : rules.dependent_schemas) {
    if (!domains_.property(at.sub, name, direction_).possible) continue;
    const Domain* narrow = &at.sub;
    for (const Schema* schema : at.sub.all) {
      if (!schema->object) continue;
      for (const auto& [own, one] : schema->object->dependent_schemas) {
        if (own == name) narrow = &domains_.narrowed(*narrow, *one);
      }
    }
    Walk quiet = Walk::quiet();
    if (include(*narrow, *dependent, quiet, type::object) == Verdict::included) continue;
    worst = std::max(
        worst, differ(at, Verdict::unknown, "dependentSchemas", "another", "this for " + name));
  }
  return worst;
}

Inclusion::Verdict Inclusion::include_names(const Case& at, const Schema& names) {
  if (const auto only = only_names(at.sub)) {
    const bool fit = std::all_of(only->begin(), only->end(), [&](std::string_view name) {
      return is_valid(names, boost::json::value(name), direction_);
    });
    if (fit) return Verdict::included;
  }
  for (const Schema* schema : at.sub.all) {
    if (!schema->object || schema->object->names == nullptr) continue;
    Walk quiet = Walk::quiet();
    if (include(domains_.of(*schema->object->names), names, quiet, type::string) ==
        Verdict::included) {
      return Verdict::included;
    }
  }
  return differ(at, Verdict::unknown, "propertyNames", "another", "this");
}

}  // namespace penstock::contract
