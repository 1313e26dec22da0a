#include "typed/same_value.h"

#include <algorithm>

#include "typed/plan.h"

namespace penstock::typed {

using contract::Composition;
using contract::OneWayNames;
using contract::Schema;

void SameValue::add(const Schema& schema, const std::vector<const OneWayNames*>& outer) {
  if (all_.size() >= Plan::kSchemasMax) {
    is_plain_ = false;
    return;
  }
  const size_t index = all_.size();
  all_.push_back({&schema, outer, 0});
  if (schema.one_way) all_[index].one_way.push_back(schema.one_way.get());
  const std::vector<const OneWayNames*> around = all_[index].one_way;
  if ((schema.array && schema.array->unevaluated != nullptr) ||
      (schema.object && schema.object->unevaluated != nullptr)) {
    is_plain_ = false;
  }
  if (schema.composition) {
    const Composition& composition = *schema.composition;
    const bool chooses = composition.discriminator.has_value();
    // The discriminator replaces `oneOf`, or `anyOf` if there is no `oneOf`.
    const bool any_is_open =
        !composition.any_of.empty() && (!chooses || !composition.one_of.empty());
    const bool one_is_open = !composition.one_of.empty() && !chooses;
    if (any_is_open || one_is_open || composition.none_of != nullptr ||
        composition.condition != nullptr || (chooses && discriminated_ != kNone)) {
      is_plain_ = false;
    }
    if (chooses) discriminated_ = index;
    if (composition.reference != nullptr) add(*composition.reference, around);
    if (composition.dynamic && composition.dynamic->initial != nullptr) {
      add(*composition.dynamic->initial, around);
    }
    for (const Schema* part : composition.all_of) add(*part, around);
  }
  all_[index].end = all_.size();
}

void SameValue::add(const SameValue& other, size_t first, size_t end) {
  for (size_t i = first; i < end; ++i) {
    if (all_.size() >= Plan::kSchemasMax) is_plain_ = false;
    all_.push_back(other.all_[i]);
  }
}

unsigned SameValue::types() const {
  unsigned types = contract::type::any;
  for (const Applied& one : all_) types &= one.schema->types;
  return types;
}

bool goes_the_other_way(const SameValue::Applied& applied, std::string_view name,
                        contract::Direction direction) {
  if (direction == contract::Direction::neither) return false;
  return std::any_of(applied.one_way.begin(), applied.one_way.end(), [&](const OneWayNames* names) {
    const auto& list =
        direction == contract::Direction::request ? names->read_only : names->write_only;
    return std::find(list.begin(), list.end(), name) != list.end();
  });
}

bool is_dynamic(const Schema& schema, SchemaSet& known) {
  SchemaSet seen;
  std::vector<const Schema*> open;
  const auto reach = [&](const Schema* next) {
    if (next == nullptr || known.contains(next)) return;
    if (seen.insert(next).second) open.push_back(next);
  };
  reach(&schema);
  const auto reach_all = [&](const auto& list) {
    for (const Schema* next : list) reach(next);
  };
  const auto reach_named = [&](const auto& list) {
    for (const auto& [name, next] : list) reach(next);
  };
  while (!open.empty()) {
    const Schema& at = *open.back();
    open.pop_back();
    if (at.array) {
      reach_all(at.array->prefix);
      for (const Schema* next : {at.array->items, at.array->contains, at.array->unevaluated}) {
        reach(next);
      }
    }
    if (at.object) {
      for (const contract::Property& property : at.object->properties) reach(property.schema);
      reach_named(at.object->patterns);
      reach_named(at.object->dependent_schemas);
      for (const Schema* next : {at.object->additional, at.object->names, at.object->unevaluated}) {
        reach(next);
      }
    }
    if (!at.composition) continue;
    const Composition& composition = *at.composition;
    if (composition.dynamic) {
      if (!composition.dynamic->candidates.empty()) return true;
      reach(composition.dynamic->initial);
    }
    for (const auto* list : {&composition.all_of, &composition.any_of, &composition.one_of}) {
      reach_all(*list);
    }
    if (composition.discriminator) {
      reach_named(composition.discriminator->branches);
      reach_all(composition.discriminator->unnamed);
    }
    for (const Schema* next : {composition.reference, composition.none_of, composition.condition,
                               composition.consequence, composition.alternative}) {
      reach(next);
    }
  }
  known.insert(seen.begin(), seen.end());
  return false;
}

}  // namespace penstock::typed
