#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "typed/plan.h"
#include "typed/same_value.h"

namespace penstock::typed {

// Makes plans for one direction: walks a Type and the schemas that it was generated from together.
class PlanBuilder {
 public:
  explicit PlanBuilder(contract::Direction direction) : direction_(direction) {}

  [[nodiscard]] base::Result<Plan> make(const contract::Schema* schema, const Type& type,
                                        bool may_be_absent);

 private:
  using Roots = std::vector<const contract::Schema*>;
  using Key = std::pair<Roots, std::pair<const Type*, bool>>;

  // Returns the plan for a value to which these schemas apply. There is one plan for each key.
  const ValuePlan* value(const Roots& roots, const Type& type, bool may_be_absent);
  void fill(ValuePlan& plan, const SameValue& same);
  void fill_text(ValuePlan& plan, const SameValue& same);
  void fill_numbers(ValuePlan& plan, const SameValue& same);
  void fill_record(ValuePlan& plan, const SameValue& same);
  void fill_map(ValuePlan& plan, const SameValue& same);
  void fill_list(ValuePlan& plan, const SameValue& same);
  void fill_variant(ValuePlan& plan, const SameValue& same);
  // Returns the plan for one alternative of a variant, which is a struct.
  const ValuePlan* alternative(const SameValue& same, const contract::Schema& branch,
                               const Type& type);
  void start_object(ValuePlan& plan, const SameValue& same);
  void add_member(ValuePlan& plan, const SameValue& same, std::string_view name,
                  const Member* member, const void* example);
  [[nodiscard]] MemberPlan others(const SameValue& same, const Type* element);

  void unwrap(ValuePlan& plan, const Type& type, bool may_be_absent);
  void mismatch(const std::string& what);

  contract::Direction direction_;
  std::shared_ptr<std::deque<ValuePlan>> values_ = std::make_shared<std::deque<ValuePlan>>();
  std::map<Key, ValuePlan*> known_;
  SchemaSet static_;   // From these no schema can be reached that depends on those around it.
  std::string where_;  // A JSON Pointer to the place that is being looked at.
  std::vector<std::string> problems_;  // Of the plan that is being made.
};

}  // namespace penstock::typed
