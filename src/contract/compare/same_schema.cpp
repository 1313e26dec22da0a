#include "contract/compare/same_schema.h"

#include <algorithm>

#include "json/equality.h"
#include "json/number.h"

namespace penstock::contract {
namespace {

constexpr size_t kDepthMax = 300;

// Calls `same` with both values, if both pointers have one.
template <class Pointer, class Same>
bool both(const Pointer& a, const Pointer& b, Same same) {
  if (!a || !b) return !a && !b;
  return same(*a, *b);
}

bool same_values(const Enumeration& a, const Enumeration& b) {
  const auto all_in = [](const Enumeration& one, const Enumeration& other) {
    return std::all_of(one.values.begin(), one.values.end(),
                       [&](const auto& value) { return other.has(value); });
  };
  return all_in(a, b) && all_in(b, a);
}

bool same_strings(const StringRules& a, const StringRules& b) {
  return a.min_length.value_or(0) == b.min_length.value_or(0) && a.max_length == b.max_length &&
         a.format == b.format && both(a.pattern, b.pattern, [](const auto& one, const auto& other) {
           return one.text() == other.text();
         });
}

bool same_numbers(const NumberRules& a, const NumberRules& b) {
  const auto equal = [](const auto& one, const auto& other) {
    return both(one, other, [](const auto& x, const auto& y) { return json::equal(x, y); });
  };
  return equal(a.minimum, b.minimum) && equal(a.maximum, b.maximum) && equal(a.above, b.above) &&
         equal(a.below, b.below) && a.multiple_text == b.multiple_text && a.format == b.format;
}

}  // namespace

bool SameSchemas::same(const Schema& a, const Schema& b) {
  if (&a == &b) return true;
  const Pair pair(&a, &b);
  if (const auto known = known_.find(pair); known != known_.end()) return known->second;
  if (depth_ == kDepthMax || steps_left_ == 0) return false;
  --steps_left_;
  ++depth_;
  const size_t start = trail_.size();
  known_[pair] = true;
  trail_.push_back(pair);
  const bool same = same_rules(a, b);
  --depth_;
  if (!same) {
    while (trail_.size() > start) {
      known_.erase(trail_.back());
      trail_.pop_back();
    }
    known_[pair] = false;
  }
  return same;
}

bool SameSchemas::same_rules(const Schema& a, const Schema& b) {
  return a.types == b.types && a.read_only == b.read_only && a.write_only == b.write_only &&
         both(a.enumeration, b.enumeration, same_values) &&
         both(a.constant, b.constant, same_values) && both(a.string, b.string, same_strings) &&
         both(a.number, b.number, same_numbers) &&
         both(a.array, b.array,
              [this](const auto& x, const auto& y) { return same_arrays(x, y); }) &&
         both(a.object, b.object,
              [this](const auto& x, const auto& y) { return same_objects(x, y); }) &&
         both(a.composition, b.composition,
              [this](const auto& x, const auto& y) { return same_compositions(x, y); });
}

bool SameSchemas::same_or_null(const Schema* a, const Schema* b) {
  return both(a, b, [this](const Schema& x, const Schema& y) { return same(x, y); });
}

bool SameSchemas::same_lists(const std::vector<const Schema*>& a,
                             const std::vector<const Schema*>& b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [this](auto x, auto y) { return same(*x, *y); });
}

bool SameSchemas::same_arrays(const ArrayRules& a, const ArrayRules& b) {
  return a.min_items == b.min_items && a.max_items == b.max_items && a.unique == b.unique &&
         a.min_contains == b.min_contains && a.max_contains == b.max_contains &&
         same_lists(a.prefix, b.prefix) && same_or_null(a.items, b.items) &&
         same_or_null(a.contains, b.contains) && same_or_null(a.unevaluated, b.unevaluated);
}

bool SameSchemas::same_objects(const ObjectRules& a, const ObjectRules& b) {
  if (a.properties.size() != b.properties.size() || a.patterns.size() != b.patterns.size() ||
      a.min_properties != b.min_properties || a.max_properties != b.max_properties ||
      a.dependent_required != b.dependent_required ||
      a.dependent_schemas.size() != b.dependent_schemas.size()) {
    return false;
  }
  for (size_t i = 0; i < a.properties.size(); ++i) {
    const size_t j = b.find(a.properties[i].name, i);
    if (j == b.properties.size() || a.properties[i].required != b.properties[j].required ||
        !same_or_null(a.properties[i].schema, b.properties[j].schema)) {
      return false;
    }
  }
  for (size_t i = 0; i < a.patterns.size(); ++i) {
    if (a.patterns[i].first.text() != b.patterns[i].first.text() ||
        !same(*a.patterns[i].second, *b.patterns[i].second)) {
      return false;
    }
  }
  for (size_t i = 0; i < a.dependent_schemas.size(); ++i) {
    if (a.dependent_schemas[i].first != b.dependent_schemas[i].first ||
        !same(*a.dependent_schemas[i].second, *b.dependent_schemas[i].second)) {
      return false;
    }
  }
  return same_or_null(a.additional, b.additional) && same_or_null(a.names, b.names) &&
         same_or_null(a.unevaluated, b.unevaluated);
}

bool SameSchemas::same_compositions(const Composition& a, const Composition& b) {
  // Where a dynamic reference leads depends on what is around the schema, which is not known here.
  const auto same_dynamic = [this](const DynamicReference& x, const DynamicReference& y) {
    return x.candidates.size() <= 1 && y.candidates.size() <= 1 && same(*x.initial, *y.initial);
  };
  return both(a.dynamic, b.dynamic, same_dynamic) &&
         both(a.discriminator, b.discriminator,
              [this](const auto& x, const auto& y) { return same_discriminators(x, y); }) &&
         same_or_null(a.reference, b.reference) && same_lists(a.all_of, b.all_of) &&
         same_lists(a.any_of, b.any_of) && same_lists(a.one_of, b.one_of) &&
         same_or_null(a.none_of, b.none_of) && same_or_null(a.condition, b.condition) &&
         same_or_null(a.consequence, b.consequence) && same_or_null(a.alternative, b.alternative);
}

bool SameSchemas::same_discriminators(const Discriminator& a, const Discriminator& b) {
  if (a.property != b.property || a.branches.size() != b.branches.size()) return false;
  return std::all_of(a.branches.begin(), a.branches.end(), [&](const auto& entry) {
    const Schema* other = b.branch(entry.first);
    return other != nullptr && same(*entry.second, *other);
  });
}

}  // namespace penstock::contract
