#include "typed/plan.h"

#include "typed/plan_builder.h"

namespace penstock::typed {

base::Result<Plan> Plan::make(const contract::Schema* schema, const Type& type,
                              contract::Direction direction, bool may_be_absent) {
  return PlanBuilder(direction).make(schema, type, may_be_absent);
}

Planner::Planner() = default;
Planner::~Planner() = default;

base::Result<Plan> Planner::make(const contract::Schema* schema, const Type& type,
                                 contract::Direction direction, bool may_be_absent) {
  auto& builder = builders_[direction];
  if (builder == nullptr) builder = std::make_unique<PlanBuilder>(direction);
  auto plan = builder->make(schema, type, may_be_absent);
  if (!plan) builders_.erase(direction);  // Each plan says what does not fit.
  return plan;
}

size_t ObjectPlan::find(std::string_view name) const {
  if (!by_name.empty()) {
    const auto found = by_name.find(name);
    return found == by_name.end() ? members.size() : found->second;
  }
  size_t i = 0;
  while (i < members.size() && members[i].name != name) ++i;
  return i;
}

}  // namespace penstock::typed
