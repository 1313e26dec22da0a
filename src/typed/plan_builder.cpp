#include "typed/plan_builder.h"

#include <algorithm>
#include <cmath>

#include "contract/schema/price.h"

namespace penstock::typed {

namespace price = contract::price;
namespace type = contract::type;

using contract::Schema;
using Way = ValuePlan::Way;

namespace {

// Returns the types of JSON that an object of this kind can be made of, and how a message calls it.
std::pair<unsigned, const char*> types_of(Kind kind) {
  switch (kind) {
    case Kind::boolean:
      return {type::boolean, "true or false"};
    case Kind::int32:
    case Kind::int64:
      return {type::integer, "a whole number"};
    case Kind::number:
      return {type::number, "a number"};
    case Kind::text:
    case Kind::date:
    case Kind::date_time:
    case Kind::enumeration:
      return {type::string, "a string"};
    case Kind::list:
      return {type::array, "an array"};
    case Kind::record:
    case Kind::variant:
    case Kind::map:
      return {type::object, "an object"};
    default:
      return {type::any, "a value"};
  }
}

Way way_of(Kind kind) {
  switch (kind) {
    case Kind::boolean:
      return Way::boolean;
    case Kind::int32:
    case Kind::int64:
      return Way::whole;
    case Kind::number:
      return Way::real;
    case Kind::text:
      return Way::text;
    case Kind::date:
      return Way::date;
    case Kind::date_time:
      return Way::date_time;
    case Kind::enumeration:
      return Way::enumeration;
    case Kind::list:
      return Way::list;
    case Kind::record:
      return Way::record;
    case Kind::variant:
      return Way::variant;
    case Kind::map:
      return Way::map;
    default:
      return Way::tree;
  }
}

bool has_format(const SameValue& same, std::string_view name) {
  return std::any_of(same.all().begin(), same.all().end(), [&](const SameValue::Applied& one) {
    return one.schema->string && one.schema->string->format != nullptr &&
           one.schema->string->format->name == name;
  });
}

}  // namespace

base::Result<Plan> PlanBuilder::make(const Schema* schema, const Type& wanted, bool may_be_absent) {
  problems_.clear();
  Plan plan;
  plan.values_ = values_;
  plan.direction_ = direction_;
  plan.is_usable_ = schema == nullptr || !is_dynamic(*schema, static_);
  plan.root_ = value(schema == nullptr ? Roots{} : Roots{schema}, wanted, may_be_absent);
  if (problems_.empty()) return plan;
  std::string all;
  for (const std::string& problem : problems_) all += (all.empty() ? "" : "\n") + problem;
  return base::Error{.code = base::ErrorCode::invalid, .message = std::move(all)};
}

void PlanBuilder::mismatch(const std::string& what) {
  constexpr size_t kProblemsMax = 20;
  if (problems_.size() < kProblemsMax) {
    problems_.push_back((where_.empty() ? "it" : where_) + ' ' + what);
  }
}

void PlanBuilder::unwrap(ValuePlan& plan, const Type& wanted, bool may_be_absent) {
  plan.outer = &wanted;
  plan.may_be_absent = may_be_absent;
  const Type* inner = &wanted;
  if (may_be_absent && inner->kind == Kind::optional) {
    plan.holders.push_back(inner->holder);
    inner = &inner->holder->held();
  }
  while (inner->kind == Kind::optional || inner->kind == Kind::box) {
    if (inner->kind == Kind::optional && plan.null_holders == ValuePlan::kNoNull) {
      plan.null_holders = plan.holders.size();
    }
    plan.holders.push_back(inner->holder);
    const bool is_box = inner->kind == Kind::box;
    inner = &inner->holder->held();
    if (is_box) plan.boxes += inner->size / price::kStructBytes;
  }
  plan.type = inner;
}

const ValuePlan* PlanBuilder::value(const Roots& roots, const Type& wanted, bool may_be_absent) {
  const auto [known, is_new] = known_.try_emplace(Key{roots, {&wanted, may_be_absent}}, nullptr);
  if (!is_new) return known->second;
  ValuePlan& plan = values_->emplace_back();
  known->second = &plan;
  unwrap(plan, wanted, may_be_absent);
  plan.roots = roots;
  SameValue same;
  for (const Schema* root : roots) same.add(*root);
  fill(plan, same);
  return &plan;
}

void PlanBuilder::fill(ValuePlan& plan, const SameValue& same) {
  const auto [needed, name] = types_of(plan.type->kind);
  plan.types = same.types();
  plan.price = price::kSchema * same.all().size() + plan.boxes;
  plan.way = way_of(plan.type->kind);
  if ((plan.types & needed) == 0) {
    // Where the contract allows nothing at all, as in an `allOf` of an object without any other
    // property and of one with this property, the type says what was meant.
    if (plan.types != 0) {
      mismatch(std::string("is ") + name + " in the program, and cannot be that in the contract");
    }
    plan.way = Way::tree;
    return;
  }
  const bool chooses = same.discriminated() < same.all().size();
  if (!same.is_plain() || (chooses && plan.way != Way::variant)) plan.way = Way::tree;
  if (plan.way == Way::tree) return;
  for (const SameValue::Applied& one : same.all()) {
    for (const auto* choice : {one.schema->enumeration.get(), one.schema->constant.get()}) {
      if (choice != nullptr) plan.choices.push_back(choice);
    }
  }
  const bool is_structure = (needed & (type::array | type::object)) != 0;
  if (is_structure && !plan.choices.empty()) {
    plan.way = Way::tree;  // It would be compared as a whole.
    return;
  }
  switch (plan.way) {
    case Way::whole:
    case Way::real:
      return fill_numbers(plan, same);
    case Way::text:
    case Way::date:
    case Way::date_time:
    case Way::enumeration:
      return fill_text(plan, same);
    case Way::record:
      return fill_record(plan, same);
    case Way::map:
      return fill_map(plan, same);
    case Way::list:
      return fill_list(plan, same);
    case Way::variant:
      return fill_variant(plan, same);
    default:
      return;
  }
}

void PlanBuilder::fill_text(ValuePlan& plan, const SameValue& same) {
  for (const SameValue::Applied& one : same.all()) {
    if (one.schema->string) plan.texts.push_back(one.schema->string.get());
  }
  if (plan.way == Way::date && !has_format(same, "date")) {
    mismatch("is a date in the program, and not in the contract");
  }
  if (plan.way == Way::date_time && !has_format(same, "date-time")) {
    mismatch("is a date with a time in the program, and not in the contract");
  }
  if (plan.way != Way::enumeration) return;
  const auto texts = plan.type->texts;
  for (size_t i = 0; i < texts.size(); ++i) {
    plan.enumerators.emplace_back(texts[i], static_cast<int>(i));
  }
  bool has_all = !plan.choices.empty();
  for (const contract::Enumeration* choice : plan.choices) {
    for (const std::string_view text : texts) has_all = has_all && choice->has_text(text);
  }
  // Each value of the contract must be one that all lists allow, or an enumerator.
  const bool knows_all =
      !has_all ||
      std::all_of(plan.choices.front()->values.begin(), plan.choices.front()->values.end(),
                  [&](const auto& one) {
                    if (!one.is_string()) return one.is_null();
                    const std::string_view text = one.get_string();
                    return std::find(texts.begin(), texts.end(), text) != texts.end() ||
                           std::any_of(plan.choices.begin(), plan.choices.end(),
                                       [&](const auto* other) { return !other->has_text(text); });
                  });
  if (!has_all || !knows_all) {
    mismatch("is the enumeration " + std::string(plan.type->name) +
             " in the program, and the contract has other values");
  }
}

void PlanBuilder::fill_numbers(ValuePlan& plan, const SameValue& same) {
  constexpr double kWholeMax = 9007199254740992;  // 2^53: up to here doubles have all numbers.
  for (const SameValue::Applied& one : same.all()) {
    if (!one.schema->number) continue;
    const contract::NumberRules& rules = *one.schema->number;
    NumberPlan made{.rules = &rules};
    const auto limit = [&](const std::optional<boost::json::value>& value, bool is_low,
                           bool is_out) {
      if (!value) return;
      made.price += price::kLimit;
      if (const int64_t* whole = value->if_int64()) {
        const bool is_last = *whole == (is_low ? INT64_MAX : INT64_MIN);
        if (is_out && is_last) return static_cast<void>(plan.way = Way::tree);
        if (is_low) made.min = std::max(made.min, *whole + (is_out ? 1 : 0));
        if (!is_low) made.max = std::min(made.max, *whole - (is_out ? 1 : 0));
      }
      const auto real = value->to_number<double>();
      const bool is_exact = std::abs(real) <= kWholeMax;
      // A limit of whole numbers is exact as it is; others than these are left to the rare way.
      if (!is_exact && (plan.way == Way::real || !value->is_int64())) plan.way = Way::tree;
      if (!is_exact) return;
      if (is_low ? real > made.low || (real == made.low && is_out)
                 : real < made.high || (real == made.high && is_out)) {
        (is_low ? made.low : made.high) = real;
        (is_low ? made.low_is_out : made.high_is_out) = is_out;
      }
      const double inside = is_low ? std::ceil(real) : std::floor(real);
      const auto nearest = static_cast<int64_t>(inside);
      const int64_t step = is_out && inside == real ? 1 : 0;
      if (is_low) made.min = std::max(made.min, nearest + step);
      if (!is_low) made.max = std::min(made.max, nearest - step);
    };
    limit(rules.minimum, true, false);
    limit(rules.above, true, true);
    limit(rules.maximum, false, false);
    limit(rules.below, false, true);
    if (rules.format != nullptr) {
      made.price += 2 * price::kLimit;
      made.only_whole = rules.format->magnitude == 0;
      if (made.only_whole) {
        made.min = std::max(made.min, rules.format->min);
        if (rules.format->max <= static_cast<uint64_t>(INT64_MAX)) {
          made.max = std::min(made.max, static_cast<int64_t>(rules.format->max));
        }
      } else if (rules.format->name == "sf-decimal") {
        plan.way = Way::tree;  // It limits the decimals, too.
      } else {
        made.low = std::max(made.low, -rules.format->magnitude);
        made.high = std::min(made.high, rules.format->magnitude);
      }
    }
    plan.numbers.push_back(made);
  }
}

void PlanBuilder::fill_list(ValuePlan& plan, const SameValue& same) {
  Roots items;
  for (const SameValue::Applied& one : same.all()) {
    if (!one.schema->array) continue;
    const contract::ArrayRules& rules = *one.schema->array;
    if (!rules.prefix.empty() || rules.contains != nullptr) {
      plan.way = Way::tree;
      return;
    }
    plan.min = std::max(plan.min, rules.min_items);
    if (rules.max_items) plan.max = std::min(plan.max, *rules.max_items);
    plan.unique = plan.unique || rules.unique;
    if (rules.items != nullptr) items.push_back(rules.items);
  }
  plan.made = plan.type->list->element().size / price::kStructBytes;
  const std::string outside = where_;
  where_ += "/*";
  plan.element = value(items, plan.type->list->element(), false);
  where_ = outside;
  // Only texts are compared as they are read.
  const Kind kind = plan.type->list->element().kind;
  if (plan.unique && kind != Kind::text && kind != Kind::enumeration) plan.way = Way::tree;
}

}  // namespace penstock::typed
