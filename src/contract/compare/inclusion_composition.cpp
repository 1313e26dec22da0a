// Compares the keywords that apply other schemas to the same value.
#include <algorithm>

#include "contract/compare/inclusion.h"
#include "json/equality.h"

namespace penstock::contract {
namespace {

constexpr size_t kDisjointDepthMax = 4;

}  // namespace

Inclusion::Verdict Inclusion::include_composition(const Case& at, const Composition& composition) {
  // `$ref`, `allOf` and plain dynamic references are parts, which are compared by themselves.
  Verdict worst = Verdict::included;
  if (composition.dynamic && composition.dynamic->candidates.size() > 1) {
    worst = differ(at, Verdict::unknown, "$dynamicRef", "another", "this");
  }
  const bool discriminated = composition.discriminator && at.type == type::object;
  if (discriminated) {
    worst = std::max(worst, include_discriminated(at, *composition.discriminator));
  }
  const bool any_is_open = !discriminated || !composition.one_of.empty();
  if (any_is_open && !composition.any_of.empty()) {
    worst = std::max(worst, include_alternatives(at, composition.any_of, false));
  }
  if (!discriminated && !composition.one_of.empty()) {
    worst = std::max(worst, include_alternatives(at, composition.one_of, true));
  }
  if (composition.none_of != nullptr) {
    worst = std::max(worst, include_not(at, *composition.none_of));
  }
  if (composition.condition != nullptr) {
    worst = std::max(worst, include_condition(at, composition));
  }
  return worst;
}

Inclusion::Verdict Inclusion::include_alternatives(const Case& at,
                                                   const std::vector<const Schema*>& list,
                                                   bool exactly_one) {
  const std::string_view keyword = exactly_one ? "oneOf" : "anyOf";
  const Schema* fitting = nullptr;
  for (const Schema* alternative : list) {
    Walk quiet = Walk::quiet();
    if (include(at.sub, *alternative, quiet, at.type) != Verdict::included) continue;
    fitting = alternative;
    break;
  }
  if (fitting == nullptr) {
    std::vector<const Schema*> possible;
    for (const Schema* alternative : list) {
      if (!disjoint(at.sub, *alternative, at.type)) possible.push_back(alternative);
    }
    if (possible.empty()) {
      return differ(at, Verdict::excluded, keyword, "allowed", "no alternative");
    }
    // Several alternatives together may allow what none allows alone.
    if (possible.size() > 1) {
      return differ(at, Verdict::unknown, keyword, "allowed",
                    "none of the alternatives has it all");
    }
    const Verdict verdict = include(at.sub, *possible.front(), at.walk, at.type);
    return verdict;
  }
  if (!exactly_one) return Verdict::included;
  for (const Schema* other : list) {
    if (other == fitting || disjoint(at.sub, *other, at.type)) continue;
    return differ(at, Verdict::unknown, keyword, "one alternative", "perhaps two alternatives");
  }
  return Verdict::included;
}

// The property's value chooses the alternative, on both sides.
Inclusion::Verdict Inclusion::include_discriminated(const Case& at,
                                                    const Discriminator& discriminator) {
  for (const Schema* schema : at.sub.all) {
    if (!schema->composition || !schema->composition->discriminator) continue;
    const Composition& own = *schema->composition;
    if (own.discriminator->property != discriminator.property) continue;
    const auto& list = own.one_of.empty() ? own.any_of : own.one_of;
    const bool is_chosen =
        std::find(at.sub.chosen.begin(), at.sub.chosen.end(), &list) != at.sub.chosen.end();
    Verdict worst = Verdict::included;
    for (const auto& [name, choice] : own.discriminator->branches) {
      if (is_chosen &&
          std::find(at.sub.all.begin(), at.sub.all.end(), choice) == at.sub.all.end()) {
        continue;
      }
      const Schema* other = discriminator.branch(name);
      if (other == nullptr) {
        worst = std::max(worst, differ(at, Verdict::excluded, "discriminator", name, ""));
        continue;
      }
      const Domain& chosen = is_chosen ? at.sub : domains_.choose(at.sub, list, *choice, false);
      worst = std::max(worst, include(chosen, *other, at.walk, at.type));
    }
    return worst;
  }
  return differ(at, Verdict::unknown, "discriminator", "another", discriminator.property);
}

Inclusion::Verdict Inclusion::include_not(const Case& at, const Schema& none_of) {
  // A required property that goes the other way is not excused under `not`, so this is left to
  // those without a direction.
  if (direction_ == Direction::neither && disjoint(at.sub, none_of, at.type)) {
    return Verdict::included;
  }
  for (const Schema* schema : at.sub.all) {
    if (!schema->composition || schema->composition->none_of == nullptr) continue;
    const Schema& own = *schema->composition->none_of;
    if (same_.same(own, none_of)) return Verdict::included;
    if (direction_ != Direction::neither) continue;
    Walk quiet = Walk::quiet();
    if (include(domains_.of(none_of), own, quiet, at.type) == Verdict::included) {
      return Verdict::included;
    }
  }
  return differ(at, Verdict::unknown, "not", "another", "this");
}

Inclusion::Verdict Inclusion::include_condition(const Case& at, const Composition& composition) {
  const auto fits = [&](const Schema* schema) {
    Walk quiet = Walk::quiet();
    return schema == nullptr || include(at.sub, *schema, quiet, at.type) == Verdict::included;
  };
  if (fits(composition.consequence) && fits(composition.alternative)) return Verdict::included;
  for (const Schema* schema : at.sub.all) {
    if (!schema->composition || schema->composition->condition == nullptr) continue;
    const Composition& own = *schema->composition;
    if (!same_.same(*own.condition, *composition.condition)) continue;
    const auto narrower = [&](const Schema* mine, const Schema* theirs) {
      if (theirs == nullptr) return true;
      const Domain& narrow = mine == nullptr ? at.sub : domains_.narrowed(at.sub, *mine);
      Walk quiet = Walk::quiet();
      return include(narrow, *theirs, quiet, at.type) == Verdict::included;
    };
    if (narrower(own.consequence, composition.consequence) &&
        narrower(own.alternative, composition.alternative)) {
      return Verdict::included;
    }
  }
  return differ(at, Verdict::unknown, "if", "another", "this");
}

bool Inclusion::disjoint(const Domain& domain, const Schema& schema, unsigned types, size_t depth) {
  if (depth == kDisjointDepthMax || steps_left_ == 0) return false;
  --steps_left_;
  types &= domain.types();
  const Domain& other = domains_.of(schema);
  types &= other.types();
  if (types == 0) return true;
  const auto misses_all = [&](const std::vector<boost::json::value>& values, const Domain& all) {
    return std::none_of(values.begin(), values.end(),
                        [&](const auto& value) { return all.has(value, direction_); });
  };
  if (const auto values = values_of(domain, types); values && misses_all(*values, other)) {
    return true;
  }
  if (const auto values = values_of(other, types); values && misses_all(*values, domain)) {
    return true;
  }
  for (const Schema* excluded : domain.without) {
    Walk quiet = Walk::quiet();
    if (include(other, *excluded, quiet, types) == Verdict::included) return true;
  }
  for (const Schema* part : other.all) {
    if (!part->composition) continue;
    for (const auto* list : {&part->composition->one_of, &part->composition->any_of}) {
      if (!list->empty() && std::all_of(list->begin(), list->end(), [&](const Schema* choice) {
            return disjoint(domain, *choice, types, depth + 1);
          })) {
        return true;
      }
    }
  }
  if (types != type::object) return false;
  // A property that must be there has no value that both allow.
  std::set<std::string_view> names;
  for (const auto* side : {&domain, &other}) {
    for (const Schema* part : side->all) {
      if (!part->object) continue;
      for (const Property& property : part->object->properties) {
        if (property.required) names.insert(property.name);
      }
    }
  }
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    if (!requires_name(domain, name) && !requires_name(other, name)) return false;
    const PropertyDomain mine = domains_.property(domain, name, direction_);
    const PropertyDomain theirs = domains_.property(other, name, direction_);
    if (!mine.possible || !theirs.possible) return true;
    return std::any_of(
        theirs.domain->all.begin(), theirs.domain->all.end(),
        [&](const Schema* part) { return disjoint(*mine.domain, *part, type::any, depth + 1); });
  });
}

}  // namespace penstock::contract
