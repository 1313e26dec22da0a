#include "contract/compare/domain.h"

#include <algorithm>

namespace penstock::contract {
namespace {

void append_sorted(std::vector<const void*>& key, std::vector<const void*> part) {
  std::sort(part.begin(), part.end());
  key.insert(key.end(), part.begin(), part.end());
  key.push_back(nullptr);
}

}  // namespace

void add_with_parts(const Schema& schema, std::vector<const Schema*>& all) {
  if (std::find(all.begin(), all.end(), &schema) != all.end()) return;
  all.push_back(&schema);
  if (!schema.composition) return;
  const Composition& composition = *schema.composition;
  if (composition.reference != nullptr) add_with_parts(*composition.reference, all);
  for (const Schema* part : composition.all_of) add_with_parts(*part, all);
  // With at most one candidate a dynamic reference is an ordinary one.
  if (composition.dynamic && composition.dynamic->candidates.size() <= 1) {
    add_with_parts(*composition.dynamic->initial, all);
  }
}

unsigned Domain::types() const {
  unsigned types = type::any;
  for (const Schema* schema : all) types &= schema->types;
  return types;
}

bool Domain::is_opaque() const {
  return std::any_of(all.begin(), all.end(), [](const Schema* schema) {
    if (schema->array && (schema->array->unevaluated != nullptr || schema->array->contains)) {
      return true;
    }
    if (schema->object &&
        (schema->object->unevaluated != nullptr || !schema->object->dependent_schemas.empty() ||
         schema->object->names != nullptr)) {
      return true;
    }
    if (!schema->composition) return false;
    const Composition& composition = *schema->composition;
    return composition.none_of != nullptr || composition.condition != nullptr ||
           (composition.dynamic && composition.dynamic->candidates.size() > 1);
  });
}

bool Domain::excuses(Direction direction) const {
  if (direction == Direction::neither) return false;
  return std::any_of(all.begin(), all.end(), [&](const Schema* schema) {
    if (!schema->one_way) return false;
    return !(direction == Direction::request ? schema->one_way->read_only
                                             : schema->one_way->write_only)
                .empty();
  });
}

bool Domain::has(const boost::json::value& value, Direction direction) const {
  return std::all_of(all.begin(), all.end(),
                     [&](const Schema* schema) { return is_valid(*schema, value, direction); });
}

bool allows_all(const Schema* schema) {
  return schema == nullptr ||
         (schema->types == type::any && !schema->enumeration && !schema->constant &&
          !schema->string && !schema->number && !schema->array && !schema->object &&
          !schema->composition && !schema->read_only && !schema->write_only);
}

std::vector<const Schema*> schemas_of(const ObjectRules& rules, std::string_view name) {
  std::vector<const Schema*> schemas;
  const size_t index = rules.find(name, 0);
  if (index < rules.properties.size() && rules.properties[index].schema != nullptr) {
    schemas.push_back(rules.properties[index].schema);
  }
  for (const auto& [pattern, schema] : rules.patterns) {
    if (pattern.is_found_in(name)) schemas.push_back(schema);
  }
  if (schemas.empty() && rules.additional != nullptr) schemas.push_back(rules.additional);
  return schemas;
}

bool is_forbidden(const Schema& schema, Direction direction) {
  return (schema.read_only && direction == Direction::request) ||
         (schema.write_only && direction == Direction::response) || schema.types == 0;
}

bool is_excused(const Schema& schema, std::string_view name, Direction direction) {
  if (!schema.one_way || direction == Direction::neither) return false;
  const auto& names =
      direction == Direction::request ? schema.one_way->read_only : schema.one_way->write_only;
  return std::find(names.begin(), names.end(), name) != names.end();
}

const Domain& Domains::known(Domain domain) {
  std::vector<const void*> key;
  append_sorted(key, {domain.all.begin(), domain.all.end()});
  append_sorted(key, {domain.without.begin(), domain.without.end()});
  append_sorted(key, {domain.chosen.begin(), domain.chosen.end()});
  std::unique_ptr<Domain>& made = by_parts_[std::move(key)];
  if (!made) made = std::make_unique<Domain>(std::move(domain));
  return *made;
}

const Domain& Domains::of(const Schema& schema) {
  return of(schema, {&schema});
}

const Domain& Domains::of(const Schema& root, std::vector<const Schema*> schemas) {
  Domain domain{.root = &root};
  for (const Schema* schema : schemas) add_with_parts(*schema, domain.all);
  return known(std::move(domain));
}

const Domain& Domains::choose(const Domain& domain, const std::vector<const Schema*>& list,
                              const Schema& choice, bool only) {
  Domain chosen = domain;
  add_with_parts(choice, chosen.all);
  chosen.chosen.push_back(&list);
  for (const Schema* other : list) {
    if (only && other != &choice) chosen.without.push_back(other);
  }
  return known(std::move(chosen));
}

const Domain& Domains::narrowed(const Domain& domain, const Schema& schema) {
  Domain narrow = domain;
  add_with_parts(schema, narrow.all);
  return known(std::move(narrow));
}

PropertyDomain Domains::property(const Domain& domain, std::string_view name, Direction direction) {
  PropertyDomain property;
  std::vector<const Schema*> schemas;
  const Schema* root = nullptr;
  for (const Schema* schema : domain.all) {
    if (!schema->object) continue;
    const ObjectRules& rules = *schema->object;
    for (const Schema* one : schemas_of(rules, name)) {
      schemas.push_back(one);
      if (is_forbidden(*one, direction)) property.possible = false;
      if (one == rules.additional) continue;
      property.described = true;
      if (root == nullptr) root = one;
    }
  }
  if (root == nullptr) root = schemas.empty() ? &any_ : schemas.front();
  if (schemas.empty()) schemas.push_back(&any_);
  property.domain = &of(*root, std::move(schemas));
  if (property.domain->types() == 0) property.possible = false;
  return property;
}

}  // namespace penstock::contract
