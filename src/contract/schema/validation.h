#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contract/schema/location.h"
#include "contract/schema/price.h"
#include "contract/schema/schema.h"
#include "contract/schema/steps.h"
#include "contract/schema/validate.h"

namespace penstock::contract {

// Records which members or elements of one value some keyword has evaluated. It is needed for the
// keywords `unevaluatedProperties` and `unevaluatedItems` (JSON Schema core 2020-12 section 11).
class Evaluated {
 public:
  // Up to so many marks take no memory of their own.
  static constexpr size_t kFew = 64;

  // `size` is the number of members or elements.
  explicit Evaluated(size_t size)
      : size_(size), many_(size > kFew ? (size + kFew - 1) / kFew : 0) {}

  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] bool has(size_t i) const { return (word(i) >> (i % kFew) & 1) != 0; }
  void mark(size_t i) { (many_.empty() ? few_ : many_[i / kFew]) |= uint64_t{1} << (i % kFew); }
  // Adds the marks of `other`, which must be about the same value.
  void add(const Evaluated& other);

 private:
  [[nodiscard]] uint64_t word(size_t i) const { return many_.empty() ? few_ : many_[i / kFew]; }

  size_t size_;
  uint64_t few_ = 0;
  std::vector<uint64_t> many_;
};

// A Scope is a link in the chain of resources from this schema out to the outermost one: the
// dynamic scope (JSON Schema core 2020-12 section 7.1), which `$dynamicRef` needs.
struct Scope {
  const Scope* outer = nullptr;
  const Resource* resource = nullptr;
};

// A OneWayScope is a link in the chain of schemas that apply to the same value, and have properties
// that go in one direction only. Whether such a property is required depends on all of them.
struct OneWayScope {
  const OneWayScope* outer = nullptr;
  const OneWayNames* names = nullptr;
};

// One validation of one value: a walk over the value and the graph of schemas together. What the
// walk does is paid for with Steps first, and when none are left it ends. The position of the walk
// is kept in three chains of structs on the stack, each of which points to the one around it: a
// Location for each value, a Scope for each schema resource and a OneWayScope for each schema about
// the same value.
//
// Without a list of violations the walk stops at the first one. With a list it goes on, to report
// them all. Nothing is validated twice for that, so a value that breaks its schema costs what a
// valid one costs.
class Validation {
 public:
  // At most `depth` schemas apply around the value already.
  Validation(Violations* violations, std::string_view in, Direction direction, Steps& steps,
             size_t depth = 0)
      : violations_(violations), in_(in), direction_(direction), steps_(steps), depth_(depth) {}

  // Returns whether the value is valid. It is not if the walk exceeds its bounds.
  [[nodiscard]] bool run(const Schema& schema, const boost::json::value& value,
                         const Location& location);
  // Reports that the walk was given up, if it was.
  void report_exhaustion(const Location& location);
  // These check one kind of rules, and report a violation. They return whether the value is valid.
  [[nodiscard]] bool check_text(const StringRules& rules, std::string_view text,
                                const Location& location);
  [[nodiscard]] bool check_choice(const Enumeration& choice, bool is_in, const Location& location);
  // Takes steps, and returns whether there were as many. If not, the walk is given up.
  [[nodiscard]] bool pay(uint64_t steps) { return steps_.take(steps); }
  // Pays for an Evaluated of so many members or elements.
  [[nodiscard]] bool pay_for_marks(size_t count) {
    return pay(price::kMark * (1 + count) + (count > Evaluated::kFew ? price::kAllocation : 0));
  }
  // Records a violation if there is a list that is not full, and the walk has not been given up.
  // Always returns false, which the caller can return in turn.
  bool report(const Location& location, std::string_view keyword, std::string message);

 private:
  // An At is the position of the walk. It is needed by most functions below.
  struct At {
    const Location& location;
    Evaluated* evaluated;  // Null if no keyword needs to know.
    const Scope& scope;
    const OneWayScope* one_way;
  };

  // Checks a value inside the current one. The schemas around it do not need to know what is
  // evaluated there.
  bool check_inside(const Schema& schema, const boost::json::value& value, const Location& location,
                    const Scope& outer) {
    if (schema.simple) return check_simple(schema, value, location);
    return check_value(schema, value, At{location, nullptr, outer, nullptr});
  }
  bool check_value(const Schema& schema, const boost::json::value& value, const At& outer);
  // Does the same for a schema that is `simple`, which needs no position but the location.
  bool check_simple(const Schema& schema, const boost::json::value& value,
                    const Location& location);
  bool report_type(const Schema& schema, const Location& location);
  // Checks `enum` and `const`, and the rules for strings and numbers.
  bool check_simple_rules(const Schema& schema, const boost::json::value& value,
                          const Location& location);
  bool check_choice_of_value(const Enumeration& choice, const boost::json::value& value,
                             const Location& location);
  bool check_rules(const Schema& schema, const boost::json::value& value, const At& at);
  bool check_number(const NumberRules& rules, const boost::json::value& value,
                    const Location& location);
  bool check_array(const ArrayRules& rules, const boost::json::array& array, const At& at);
  bool check_contains(const ArrayRules& rules, const boost::json::array& array, const At& at);
  bool check_object(const ObjectRules& rules, const boost::json::object& object, const At& at);
  bool check_member(const ObjectRules& rules, size_t index,
                    const boost::json::key_value_pair& member, size_t number, const At& at);
  bool check_property_value(const Schema& schema, const boost::json::value& value,
                            const Location& location, const Scope& scope);
  bool report_missing(const ObjectRules& rules, const boost::json::object& object, const At& at);
  [[nodiscard]] bool goes_the_other_way(std::string_view name, const OneWayScope* one_way);
  bool check_dependents(const ObjectRules& rules, const boost::json::object& object,
                        const boost::json::value& value, const At& at);
  bool check_composition(const Composition& composition, const boost::json::value& value,
                         const At& at);
  bool check_alternatives(const std::vector<const Schema*>& branches, bool exactly_one,
                          const boost::json::value& value, const At& at);
  bool check_discriminated(const Composition& composition, const boost::json::value& value,
                           const At& at);
  // Returns the alternative that the value names, if it alone is to be checked instead of the
  // schema with the discriminator, or null.
  const Schema* named_child(const Discriminator& discriminator, const boost::json::value& value);
  bool check_unevaluated(const Schema& schema, const boost::json::value& value, const At& at);
  // Returns whether the value looks as if it were meant for this branch: it has the branch's type,
  // and each property that the branch fixes by `const` or `enum` has one of those values.
  bool is_plausible(const Schema& branch, const boost::json::value& value);
  const Schema* dynamic_target(const DynamicReference& reference, const Scope& scope);
  // Checks the same value against another schema. If it is valid, what that schema has evaluated
  // counts as evaluated here, too.
  bool check_same_value(const Schema& schema, const boost::json::value& value, const At& at);
  // Does the same without reporting violations.
  bool matches(const Schema& schema, const boost::json::value& value, const At& at);
  bool collecting() const { return violations_ != nullptr; }
  bool is_full() const { return collecting() && violations_->size() >= kViolationsMax; }
  bool given_up() const { return too_deep_ || steps_.exhausted(); }
  void add_violation(const Location& location, std::string_view keyword, std::string message);

  Violations* violations_;
  std::string_view in_;
  Direction direction_;
  // These members bound the work that a schema and a value can cause together. Once a bound is
  // exceeded the whole validation fails, whatever single checks return: `not` would take a failure
  // for success.
  Steps& steps_;
  size_t depth_;
  bool too_deep_ = false;
};

}  // namespace penstock::contract
