// Makes the plans for objects.
#include <algorithm>

#include "contract/schema/price.h"
#include "typed/object.h"
#include "typed/plan_builder.h"

namespace penstock::typed {

namespace price = contract::price;

using contract::ObjectRules;
using contract::Schema;
using Way = ValuePlan::Way;

namespace {

const ObjectRules* rules_of(const SameValue::Applied& one) {
  return one.schema->object.get();
}

}  // namespace

void PlanBuilder::start_object(ValuePlan& plan, const SameValue& same) {
  plan.object = std::make_unique<ObjectPlan>();
  ObjectPlan& object = *plan.object;
  object.rules = 0;
  for (const SameValue::Applied& one : same.all()) {
    const ObjectRules* rules = rules_of(one);
    if (rules == nullptr) continue;
    if (!rules->patterns.empty() || rules->names != nullptr || !rules->dependent_required.empty() ||
        !rules->dependent_schemas.empty()) {
      plan.way = Way::tree;
    }
    ++object.rules;
    object.min = std::max(object.min, rules->min_properties);
    if (rules->max_properties) object.max = std::min(object.max, *rules->max_properties);
    // If something required is missing because it goes the other way, all names are looked for.
    uint64_t names = 0;
    for (const contract::OneWayNames* list : one.one_way) {
      names += list->read_only.size() + list->write_only.size();
    }
    if (names > 0 && rules->required > 0) {
      plan.price += rules->properties.size() * (price::kMember + names * price::kLimit);
    }
  }
}

MemberPlan PlanBuilder::others(const SameValue& same, const Type* element) {
  Roots schemas;
  for (const SameValue::Applied& one : same.all()) {
    if (rules_of(one) == nullptr || rules_of(one)->additional == nullptr) continue;
    const Schema* additional = rules_of(one)->additional;
    const bool goes_elsewhere = additional->read_only && direction_ == contract::Direction::request;
    if (additional->types == 0 || goes_elsewhere) return {};
    schemas.push_back(additional);
  }
  const std::string outside = where_;
  where_ += "/*";
  static constexpr Type kAny = {.kind = Kind::value};
  MemberPlan made{.name = {}, .value = value(schemas, element == nullptr ? kAny : *element, false)};
  if (element == nullptr) made.offset = MemberPlan::kNoMember;
  where_ = outside;
  return made;
}

void PlanBuilder::add_member(ValuePlan& plan, const SameValue& same, std::string_view name,
                             const Member* member, const void* example) {
  static constexpr Type kAny = {.kind = Kind::value};
  Roots schemas;
  bool is_named = false;  // In the contract, perhaps only in `required`.
  bool is_described = false;
  bool is_required = false;    // Of the contract.
  bool must_be_there = false;  // In this direction.
  bool is_refused = false;
  for (const SameValue::Applied& one : same.all()) {
    const ObjectRules* rules = rules_of(one);
    if (rules == nullptr) continue;
    const size_t index = rules->find(name, 0);
    const Schema* schema = rules->additional;
    if (index < rules->properties.size()) {
      const contract::Property& property = rules->properties[index];
      is_named = true;
      is_required = is_required || property.required;
      must_be_there =
          must_be_there || (property.required && !goes_the_other_way(one, name, direction_));
      if (property.schema != nullptr) {
        schema = property.schema;
        is_described = true;
      }
    }
    if (schema == nullptr) continue;
    is_refused = is_refused || schema->types == 0 ||
                 (schema->read_only && direction_ == contract::Direction::request) ||
                 (schema->write_only && direction_ == contract::Direction::response);
    schemas.push_back(schema);
  }
  const std::string outside = where_;
  (where_ += '/') += name;
  const bool is_plain = std::none_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
  });
  MemberPlan made{.name = name, .offset = MemberPlan::kNoMember, .is_plain = is_plain};
  if (member == nullptr) {
    if (is_described && plan.type->record->rest == nullptr) {
      mismatch("is in the contract, and " + std::string(plan.type->name) + " has no such member");
    }
    if (!is_refused) made.value = value(schemas, kAny, false);
  } else {
    if (!is_named) {
      mismatch("is a member of " + std::string(plan.type->name) + ", and not in the contract");
    } else if (!member->may_be_absent && !is_required && plan.way == Way::record) {
      mismatch("may be absent in the contract, and not in the program");
    }
    made.offset =
        static_cast<const char*>(member->of_const(example)) - static_cast<const char*>(example);
    const ValuePlan* const found = value(schemas, member->type(), member->may_be_absent);
    if (!is_refused) made.value = found;
  }
  where_ = outside;
  ObjectPlan& object = *plan.object;
  if (object.members.size() == ObjectPlan::kMembersMax) {
    plan.way = Way::tree;
    return;
  }
  if (must_be_there) object.required |= uint64_t{1} << object.members.size();
  object.members.push_back(made);
}

void PlanBuilder::fill_record(ValuePlan& plan, const SameValue& same) {
  start_object(plan, same);
  // It shows where its members are.
  const Object example(*plan.type);
  const auto members = plan.type->record->members;
  for (const Member& member : members) {
    add_member(plan, same, member.name, &member, example.get());
  }
  std::vector<std::string_view> added;
  for (const SameValue::Applied& one : same.all()) {
    if (rules_of(one) == nullptr) continue;
    for (const contract::Property& property : rules_of(one)->properties) {
      const auto is_same = [&](const Member& member) { return member.name == property.name; };
      if (std::any_of(members.begin(), members.end(), is_same) ||
          std::find(added.begin(), added.end(), property.name) != added.end()) {
        continue;
      }
      added.push_back(property.name);
      add_member(plan, same, property.name, nullptr, example.get());
    }
  }
  const Member* rest = plan.type->record->rest;
  plan.object->others = others(same, rest == nullptr ? nullptr : &rest->type().map->element());
  if (rest != nullptr) {
    plan.made = rest->type().map->element().size / price::kStructBytes;
    plan.object->others.offset = static_cast<const char*>(rest->of_const(example.get())) -
                                 static_cast<const char*>(example.get());
  }
  constexpr size_t kFew = 8;
  if (plan.object->members.size() > kFew) {
    for (uint32_t i = 0; i < plan.object->members.size(); ++i) {
      plan.object->by_name.emplace(plan.object->members[i].name, i);
    }
  }
}

void PlanBuilder::fill_map(ValuePlan& plan, const SameValue& same) {
  start_object(plan, same);
  for (const SameValue::Applied& one : same.all()) {
    if (rules_of(one) != nullptr && !rules_of(one)->properties.empty()) plan.way = Way::tree;
  }
  plan.made = plan.type->map->element().size / price::kStructBytes;
  plan.object->others = others(same, &plan.type->map->element());
}

void PlanBuilder::fill_variant(ValuePlan& plan, const SameValue& same) {
  const VariantTable& table = *plan.type->variant;
  const size_t index = same.discriminated();
  if (index == same.all().size() ||
      same.all()[index].schema->composition->discriminator->property != table.property) {
    return mismatch("is the variant " + std::string(plan.type->name) +
                    " in the program, and the contract has no discriminator '" +
                    std::string(table.property) + "'");
  }
  const contract::Discriminator& discriminator =
      *same.all()[index].schema->composition->discriminator;
  plan.property = table.property;
  plan.price += 2 * (price::kMember + discriminator.branches.size());
  for (const auto& [name, branch] : discriminator.branches) {
    const auto found = std::find_if(
        table.names.begin(), table.names.end(),
        [wanted = std::string_view(name)](const Alternative& one) { return one.name == wanted; });
    if (found == table.names.end()) {
      mismatch("can be '" + name + "' in the contract, and " + std::string(plan.type->name) +
               " has no such alternative");
      continue;
    }
    // What is in the schema of the discriminator is checked by its children, and only by them.
    SameValue all;
    const bool is_child = discriminator.children.contains(branch);
    all.add(same, 0, is_child ? index : same.all().size());
    if (is_child) all.add(same, same.all()[index].end, same.all().size());
    all.add(*branch,
            is_child ? std::vector<const contract::OneWayNames*>{} : same.all()[index].one_way);
    const Type* held = &table.types[found->index]();
    ValuePlan& made = values_->emplace_back();
    unwrap(made, *held, false);
    made.roots = plan.roots;
    const bool nests = all.discriminated() < all.all().size() &&
                       all.all()[all.discriminated()].schema != same.all()[index].schema;
    const bool is_listed = std::any_of(all.all().begin(), all.all().end(), [](const auto& one) {
      return one.schema->enumeration != nullptr || one.schema->constant != nullptr;
    });
    if (made.type->kind != Kind::record || is_listed || !all.is_plain() || nests) {
      plan.way = Way::tree;
      return;
    }
    made.way = Way::record;
    made.types = all.types();
    made.price = price::kSchema * all.all().size();
    fill_record(made, all);
    if (made.way != Way::record) plan.way = Way::tree;
    plan.alternatives.push_back({found->name, found->index, &made});
  }
}

}  // namespace penstock::typed
