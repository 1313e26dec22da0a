// Compares the rules for arrays.
#include <algorithm>

#include "contract/compare/inclusion.h"

namespace penstock::contract {
namespace {

std::string text_or_none(const std::optional<uint64_t>& number) {
  return number ? std::to_string(*number) : "none";
}

}  // namespace

Inclusion::Verdict Inclusion::include_array(const Case& at, const ArrayRules& rules) {
  uint64_t least = 0;
  std::optional<uint64_t> most;
  bool unique = false;
  bool contains = rules.contains == nullptr || (rules.min_contains == 0 && !rules.max_contains);
  for (const Schema* schema : at.sub.all) {
    if (!schema->array) continue;
    const ArrayRules& own = *schema->array;
    least = std::max(least, own.min_items);
    if (own.max_items) most = std::min(most.value_or(UINT64_MAX), *own.max_items);
    unique = unique || own.unique;
    if (contains || own.contains == nullptr || own.min_contains < rules.min_contains) continue;
    Walk quiet = Walk::quiet();
    const bool is_same = same_.same(*own.contains, *rules.contains);
    const bool fewer = !rules.max_contains ||
                       (is_same && own.max_contains && *own.max_contains <= *rules.max_contains);
    contains = fewer && (is_same || include(domains_.of(*own.contains), *rules.contains, quiet) ==
                                        Verdict::included);
  }
  Verdict worst = Verdict::included;
  if (rules.min_items > least) {
    worst = std::max(worst, differ(at, Verdict::excluded, "minItems", std::to_string(least),
                                   std::to_string(rules.min_items)));
  }
  if (rules.max_items && (!most || *most > *rules.max_items)) {
    worst = std::max(worst, differ(at, Verdict::excluded, "maxItems", text_or_none(most),
                                   text_or_none(rules.max_items)));
  }
  if (rules.unique && !unique && (!most || *most > 1)) {
    worst = std::max(worst, differ(at, Verdict::unknown, "uniqueItems", "false", "true"));
  }
  if (!contains) {
    worst = std::max(worst, differ(at, Verdict::unknown, "contains", "another", "this"));
  }
  worst = std::max(worst, include_elements(at, rules, most.value_or(UINT64_MAX)));
  if (!allows_all(rules.unevaluated)) {
    worst = std::max(worst, differ(at, Verdict::unknown, "unevaluatedItems", "another", "this"));
  }
  return worst;
}

Inclusion::Verdict Inclusion::include_elements(const Case& at, const ArrayRules& rules,
                                               uint64_t max_items) {
  size_t positions = rules.prefix.size();
  for (const Schema* schema : at.sub.all) {
    if (schema->array) positions = std::max(positions, schema->array->prefix.size());
  }
  Verdict worst = Verdict::included;
  // The last round is for all elements after those that have a schema of their own.
  for (size_t i = 0; i <= positions && i < max_items; ++i) {
    const Schema* super = i < rules.prefix.size() ? rules.prefix[i] : rules.items;
    if (super == nullptr) continue;
    std::vector<const Schema*> own;
    for (const Schema* schema : at.sub.all) {
      if (!schema->array) continue;
      const ArrayRules& array = *schema->array;
      const Schema* one = i < array.prefix.size() ? array.prefix[i] : array.items;
      if (one != nullptr) own.push_back(one);
    }
    const Schema& root = own.empty() ? domains_.any() : *own.front();
    if (own.empty()) own.push_back(&root);
    Walk inside = at.walk.into(i < positions ? std::to_string(i) : "*");
    const Domain& domain = domains_.of(root, std::move(own));
    // If no element can be there, arrays are not longer than this.
    if (domain.types() == 0) break;
    worst = std::max(worst, include(domain, *super, inside));
  }
  return worst;
}

}  // namespace penstock::contract
