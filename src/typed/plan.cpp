#include "typed/plan.h"

#include "typed/plan_builder.h"

namespace penstock::typed {

base::Result<Plan> Plan::make(const contract::Schema* schema, const Type& type,
                              contract::Direction direction, bool may_be_absent) {
  return PlanBuilder(direction).make(schema, type, may_be_absent);
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
