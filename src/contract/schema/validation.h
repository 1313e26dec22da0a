#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contract/schema/place.h"
#include "contract/schema/schema.h"
#include "contract/schema/validate.h"

namespace penstock::contract {

// Which members or elements of one value some keyword has looked at, for `unevaluatedProperties`
// and `unevaluatedItems` (JSON Schema core 2020-12 section 11).
struct Evaluated {
  std::vector<bool> marks;

  void add(const Evaluated& other);
};

// The resources on the way from the outermost schema to this one (core section 7.1), for
// `$dynamicRef`.
struct Scope {
  const Scope* outer = nullptr;
  const Resource* resource = nullptr;
};

// The schemas around this one that apply to the same value and know of properties that go in one
// direction only.
struct OneWayScope {
  const OneWayScope* outer = nullptr;
  const OneWayNames* names = nullptr;
};

// One validation of one value: a walk over the value and the graph of schemas together. It has no
// data but its bounds: where it is stands in chains of structs on the stack, each of which points
// to the one around it: a Place for each value, a Scope for each schema resource, a OneWayScope for
// each schema about the same value. Without a list of violations it stops at the first, which is
// the way of nearly every request; with one it goes on, to report them all.
class Validation {
 public:
  Validation(Violations* violations, std::string_view in, Direction direction)
      : violations_(violations), in_(in), direction_(direction) {}

  // Whether the value is valid. When a bound has been passed it is not.
  [[nodiscard]] bool run(const Schema& schema, const boost::json::value& value, const Place& place);
  [[nodiscard]] bool check_text(const StringRules& rules, std::string_view text,
                                const Place& place);
  [[nodiscard]] bool check_choice(const Enumeration& choice, bool is_in, const Place& place);
  // Records a violation, if they are wanted. Returns false, for the caller to return.
  bool report(const Place& place, std::string_view keyword, std::string message);

 private:
  // Where a value is looked at: what the functions below have in common.
  struct At {
    const Place& place;
    Evaluated* evaluated;  // Null: nobody asks.
    const Scope& scope;
    const OneWayScope* one_way;
  };

  // Checks a value further down, of which nobody else asks what has been evaluated.
  bool check_inside(const Schema& schema, const boost::json::value& value, const Place& place,
                    const Scope& outer) {
    return check_value(schema, value, At{place, nullptr, outer, nullptr});
  }
  bool check_value(const Schema& schema, const boost::json::value& value, const At& outer);
  [[nodiscard]] bool is_within_bounds();
  bool check_rules(const Schema& schema, const boost::json::value& value, const At& at);
  bool check_number(const NumberRules& rules, const boost::json::value& value, const Place& place);
  bool check_array(const ArrayRules& rules, const boost::json::array& array, const At& at);
  bool check_contains(const ArrayRules& rules, const boost::json::array& array, const At& at);
  bool check_object(const ObjectRules& rules, const boost::json::object& object, const At& at);
  bool check_member(const ObjectRules& rules, size_t index,
                    const boost::json::key_value_pair& member, size_t number, const At& at);
  bool check_property_value(const Schema& schema, const boost::json::value& value,
                            const Place& place, const Scope& scope);
  bool report_missing(const ObjectRules& rules, const boost::json::object& object, const At& at);
  [[nodiscard]] bool goes_the_other_way(std::string_view name, const OneWayScope* one_way) const;
  bool check_dependents(const ObjectRules& rules, const boost::json::object& object,
                        const boost::json::value& value, const At& at);
  bool check_composition(const Composition& composition, const boost::json::value& value,
                         const At& at);
  bool check_alternatives(const std::vector<const Schema*>& branches, bool exactly_one,
                          const boost::json::value& value, const At& at);
  bool check_discriminated(const Composition& composition, const boost::json::value& value,
                           const At& at);
  bool check_unevaluated(const Schema& schema, const boost::json::value& value, const At& at);
  const Schema* dynamic_target(const DynamicReference& reference, const Scope& scope) const;
  // Checks the same value by another schema; what that evaluates counts if the value is valid.
  bool check_same_value(const Schema& schema, const boost::json::value& value, const At& at);
  // Says the same without reporting anything.
  bool matches(const Schema& schema, const boost::json::value& value, const At& at);
  bool collecting() const { return violations_ != nullptr; }

  Violations* violations_;
  std::string_view in_;
  Direction direction_;
  // Bounds on what a document and a request can make of one another. When one is passed nothing
  // counts any more, not even that something does not match, which `not` would take for good news.
  const boost::json::value* root_ = nullptr;
  size_t steps_ = 0;
  size_t steps_max_ = 0;
  size_t depth_ = 0;
  bool exhausted_ = false;
};

}  // namespace penstock::contract
