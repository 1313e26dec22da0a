// Makes samples of arrays.
#include <algorithm>
#include <boost/json/array.hpp>

#include "contract/samples/sampler.h"

namespace penstock::contract {
namespace {

constexpr uint64_t kElementsMax = 1000;
// So many other values are tried for an element that must differ from those before it.
constexpr unsigned kVariantsMax = 40;

}  // namespace

void Sampler::offer_arrays(const Task& task, int depth, Offers& offers) {
  uint64_t min = 0;
  uint64_t max = UINT64_MAX;
  uint64_t wanted = 1;
  bool unique = false;
  for (const Schema* schema : task.schemas) {
    if (!schema->array) continue;
    const ArrayRules& rules = *schema->array;
    min = std::max(min, rules.min_items);
    max = std::min(max, rules.max_items.value_or(max));
    wanted = std::max({wanted, rules.min_items, uint64_t{rules.prefix.size()},
                       rules.contains != nullptr ? rules.prefix.size() + rules.min_contains : 0});
    unique = unique || rules.unique;
  }
  // An element that is a recursion is left out if it can be.
  const Schemas first = elements(task.schemas, 0);
  if (min == 0 && is_open(first)) offers(boost::json::array());
  std::optional<boost::json::value> last;
  Schemas of_last;
  for (const uint64_t size : {std::min(wanted, max), min, uint64_t{0}}) {
    if (offers.taken || size < min) return;
    boost::json::array array;
    while (array.size() < std::min(size, kElementsMax)) {
      const Schemas of_element = elements(task.schemas, array.size());
      if (unique || !last || of_element != of_last) {
        last = part(of_element, depth + 1, unique ? &array : nullptr);
        const unsigned variant = variant_;
        for (unsigned i = 1; unique && !last && i <= kVariantsMax && !steps_.exhausted(); ++i) {
          variant_ = variant + static_cast<unsigned>(array.size()) + i;
          last = part(of_element, depth + 1, &array);
        }
        variant_ = variant;
        of_last = of_element;
      }
      if (!last) break;
      array.push_back(*last);
    }
    offers(std::move(array));
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

}  // namespace penstock::contract
