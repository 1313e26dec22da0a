#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "contract/compare/domain.h"
#include "contract/compare/same_schema.h"
#include "contract/schema/validate.h"

namespace penstock::contract {

struct Node;

// This room compares two contracts: what of the new one breaks clients, or consumers of events. A
// ContractComparison (contract_comparison.h) pairs operations and events, and makes Changes
// (change.h). Schemas are compared by what they allow: an Inclusion says whether each value of one
// is a value of the other. What a client sends must be valid under the new schema if it was under
// the old one; what it receives must be valid under the old schema if it is under the new one.

// A Difference is one reason why a value of a schema may be invalid for another one.
struct Difference {
  bool certain = true;    // False if it may also be that there is no such value.
  std::string kind = {};  // The keyword, as a rule.
  std::string path = {};  // Where the value is: a JSON Pointer with '*' for any element or name.
  const Node* sub = nullptr;  // The place in the first schema, or null.
  const Node* super = nullptr;
  std::string sub_text = {};    // What the first schema says there.
  std::string super_text = {};  // It is empty if only the first schema allows `sub_text`.
};

// Inclusion finds out whether all values of a schema (`sub`) are values of another one (`super`) in
// one direction. It looks at the rules and tries no values, except those of `enum` and `const`. No
// difference means that it is so. The schemas must outlive it. What it has found out about a pair
// of schemas is kept, so one object should serve all comparisons of a direction.
class Inclusion {
 public:
  // A comparison beyond so many steps, each of some microseconds, ends with a difference that is
  // not certain.
  static constexpr size_t kStepsMax = 1'000'000;

  explicit Inclusion(Direction direction, size_t steps_max = kStepsMax)
      : direction_(direction), steps_left_(steps_max) {}

  // Returns the differences, at most 100. A schema that is null allows all values.
  [[nodiscard]] std::vector<Difference> differences(const Schema* sub, const Schema* super);

 private:
  // Returns whether the schema leads to a dynamic reference that depends on what is around it.
  [[nodiscard]] bool is_dynamic(const Schema& schema);

  // The verdicts are in order: a whole is what the worst of its parts is.
  enum class Verdict : uint8_t { included, unknown, excluded };
  using Pair = std::tuple<const Domain*, const Schema*, unsigned>;

  // A Walk collects differences, or only answers if `found` is null.
  struct Walk {
    std::vector<Difference>* found = nullptr;
    std::set<Pair>* visited = nullptr;
    std::string path = {};
    bool certain = true;

    [[nodiscard]] bool loud() const { return found != nullptr; }
    // Returns the same walk, without collecting.
    [[nodiscard]] static Walk quiet() { return {}; }
    // Returns the walk of an inner value.
    [[nodiscard]] Walk into(std::string_view step) const {
      return {found, visited, loud() ? path + '/' + std::string(step) : "", certain};
    }
  };

  // What is being compared: a value of one type in the domain, with one schema that it must match.
  struct Case {
    const Domain& sub;
    const Schema& whole;  // The schema that `super` is, or is a part of.
    const Schema& super;
    unsigned type;  // One type, or `number` and `integer` together.
    Walk& walk;
  };

  [[nodiscard]] Verdict include(const Domain& sub, const Schema& super, Walk& walk,
                                unsigned types = type::any);
  [[nodiscard]] Verdict include_new(const Domain& sub, const Schema& super, Walk& walk,
                                    unsigned types);
  [[nodiscard]] Verdict include_part(const Case& at);
  [[nodiscard]] Verdict include_directly(const Case& at);
  // Returns the values of a domain that lists them, or that allows only null and booleans.
  [[nodiscard]] std::optional<std::vector<boost::json::value>> values_of(const Domain& domain,
                                                                         unsigned types);
  [[nodiscard]] Verdict include_values(const std::vector<boost::json::value>& values,
                                       const Domain& sub, const Schema& super, Walk& walk);
  Verdict differ(const Case& at, Verdict verdict, std::string_view kind, std::string sub_text,
                 std::string super_text, std::string_view path = "");

  // These are defined in inclusion_scalars.cpp.
  [[nodiscard]] Verdict include_type(const Case& at);
  [[nodiscard]] Verdict include_string(const Case& at, const StringRules& rules);
  [[nodiscard]] Verdict include_number(const Case& at, const NumberRules& rules);
  [[nodiscard]] static bool is_integral(const Domain& domain, unsigned types);

  // These are defined in inclusion_arrays.cpp.
  [[nodiscard]] Verdict include_array(const Case& at, const ArrayRules& rules);
  [[nodiscard]] Verdict include_elements(const Case& at, const ArrayRules& rules,
                                         uint64_t max_items);

  // These are defined in inclusion_objects.cpp.
  [[nodiscard]] Verdict include_object(const Case& at, const ObjectRules& rules);
  [[nodiscard]] Verdict include_required(const Case& at, const ObjectRules& rules);
  [[nodiscard]] Verdict include_properties(const Case& at, const ObjectRules& rules);
  [[nodiscard]] Verdict include_other_properties(const Case& at, const ObjectRules& rules);
  [[nodiscard]] Verdict include_property(const Case& at, std::string_view name,
                                         const PropertyDomain& property, const Schema& super);
  [[nodiscard]] Verdict include_sizes(const Case& at, const ObjectRules& rules);
  [[nodiscard]] Verdict include_dependents(const Case& at, const ObjectRules& rules);
  [[nodiscard]] Verdict include_names(const Case& at, const Schema& names);
  [[nodiscard]] bool requires_name(const Domain& domain, std::string_view name) const;
  // Returns the names that objects of the domain can have, or nothing if these are not limited.
  [[nodiscard]] std::optional<std::set<std::string_view>> only_names(const Domain& domain) const;

  // These are defined in inclusion_composition.cpp.
  [[nodiscard]] Verdict include_composition(const Case& at, const Composition& composition);
  [[nodiscard]] Verdict include_alternatives(const Case& at, const std::vector<const Schema*>& list,
                                             bool exactly_one);
  [[nodiscard]] Verdict include_discriminated(const Case& at, const Discriminator& discriminator);
  [[nodiscard]] Verdict include_not(const Case& at, const Schema& none_of);
  [[nodiscard]] Verdict include_condition(const Case& at, const Composition& composition);
  // Returns whether it is certain that no value of this type is in the domain and valid for the
  // schema.
  [[nodiscard]] bool disjoint(const Domain& domain, const Schema& schema, unsigned types,
                              size_t depth = 0);

  const Direction direction_;
  Domains domains_;
  SameSchemas same_;
  std::map<const Schema*, bool> dynamic_;  // What is_dynamic() has said.
  // A pair that is being compared counts as included until it turns out otherwise. Then those that
  // were found to be included meanwhile are forgotten, for they may rely on it.
  std::map<Pair, Verdict> known_;
  std::vector<Pair> trail_;
  size_t steps_left_;
  size_t depth_ = 0;
};

// Returns the keyword's value in the schema, or else the schema, as a place. It is null if the
// schema is none of a document.
[[nodiscard]] const Node* place_of(const Schema& schema, std::string_view keyword);

}  // namespace penstock::contract
