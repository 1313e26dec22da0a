#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <utility>
#include <vector>

#include "contract/schema/schema.h"

namespace penstock::contract {

// Finds out whether two graphs of schemas have the same rules everywhere, so that they allow the
// same values. Annotations and the order of properties do not matter.
class SameSchemas {
 public:
  // Returns false, too, if that takes too many steps or the schemas are nested too deeply.
  [[nodiscard]] bool same(const Schema& a, const Schema& b);

 private:
  using Pair = std::pair<const Schema*, const Schema*>;

  [[nodiscard]] bool same_rules(const Schema& a, const Schema& b);
  [[nodiscard]] bool same_or_null(const Schema* a, const Schema* b);
  [[nodiscard]] bool same_lists(const std::vector<const Schema*>& a,
                                const std::vector<const Schema*>& b);
  [[nodiscard]] bool same_arrays(const ArrayRules& a, const ArrayRules& b);
  [[nodiscard]] bool same_objects(const ObjectRules& a, const ObjectRules& b);
  [[nodiscard]] bool same_compositions(const Composition& a, const Composition& b);
  [[nodiscard]] bool same_discriminators(const Discriminator& a, const Discriminator& b);

  // A pair that is being compared is true here until it turns out otherwise. Then those that were
  // found to be the same meanwhile are forgotten, for they may rely on it.
  boost::unordered_flat_map<Pair, bool> known_;
  std::vector<Pair> trail_;  // The pairs that are true, in the order in which they became so.
  size_t depth_ = 0;
  size_t steps_left_ = 2'000'000;
};

}  // namespace penstock::contract
