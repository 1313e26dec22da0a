// Checks the keywords that apply other schemas to the same value.
#include <algorithm>

#include "contract/schema/validation.h"

namespace penstock::contract {

namespace {

bool may_have_type(const Schema& schema, const boost::json::value& value) {
  const unsigned types = value.is_object()   ? type::object
                         : value.is_array()  ? type::array
                         : value.is_string() ? type::string
                         : value.is_number() ? (type::number | type::integer)
                         : value.is_bool()   ? type::boolean
                                             : type::null;
  return (schema.types & types) != 0;
}

}  // namespace

bool Validation::is_plausible(const Schema& branch, const boost::json::value& value) {
  const Schema* schema = &branch;
  while (schema->composition && schema->composition->reference != nullptr &&
         schema->types == type::any) {
    schema = schema->composition->reference;
  }
  if (!may_have_type(*schema, value)) return false;
  if (!value.is_object() || !schema->object) return true;
  const boost::json::object& object = value.get_object();
  if (!pay(price::kMember * schema->object->properties.size())) return false;
  return std::all_of(schema->object->properties.begin(), schema->object->properties.end(),
                     [&](const Property& property) {
                       if (property.schema == nullptr) return true;
                       const Enumeration* fixed =
                           property.schema->constant      ? property.schema->constant.get()
                           : property.schema->enumeration ? property.schema->enumeration.get()
                                                          : nullptr;
                       const boost::json::value* member =
                           fixed == nullptr ? nullptr : object.if_contains(property.name);
                       if (member == nullptr) return true;
                       return pay(fixed->steps_for(*member)) && fixed->has(*member);
                     });
}

const Schema* Discriminator::branch(std::string_view value) const {
  for (const auto& [name, schema] : branches) {
    if (name == value) return schema;
  }
  return nullptr;
}

bool Validation::check_same_value(const Schema& schema, const boost::json::value& value,
                                  const At& at) {
  if (at.evaluated == nullptr) return check_value(schema, value, at);
  if (!pay_for_marks(at.evaluated->size())) return false;
  Evaluated own(at.evaluated->size());
  if (!check_value(schema, value, At{at.location, &own, at.scope, at.one_way})) return false;
  at.evaluated->add(own);
  return true;
}

bool Validation::matches(const Schema& schema, const boost::json::value& value, const At& at) {
  Violations* const violations = std::exchange(violations_, nullptr);
  const bool ok = check_same_value(schema, value, at);
  violations_ = violations;
  return ok;
}

const Schema* Validation::dynamic_target(const DynamicReference& reference, const Scope& scope) {
  const Schema* target = reference.initial;
  for (const Scope* at = &scope; at != nullptr && !reference.candidates.empty(); at = at->outer) {
    if (!pay(reference.candidates.size())) break;
    for (const auto& [resource, schema] : reference.candidates) {
      if (resource == at->resource) target = schema;  // The outermost resource comes last.
    }
  }
  return target;
}

bool Validation::check_composition(const Composition& composition, const boost::json::value& value,
                                   const At& at) {
  bool ok = true;
  const auto go_on = [&](bool passed) {
    ok = ok && passed;
    return passed || collecting();
  };
  if (composition.reference != nullptr &&
      !go_on(check_same_value(*composition.reference, value, at))) {
    return false;
  }
  if (composition.dynamic &&
      !go_on(check_same_value(*dynamic_target(*composition.dynamic, at.scope), value, at))) {
    return false;
  }
  for (const Schema* schema : composition.all_of) {
    if (!go_on(check_same_value(*schema, value, at))) return false;
  }
  // The discriminator replaces the check of `oneOf`, or of `anyOf` if there is no `oneOf`.
  const bool discriminated = composition.discriminator && value.is_object();
  if (discriminated && !go_on(check_discriminated(composition, value, at))) return false;
  const bool any_is_open = !discriminated || !composition.one_of.empty();
  if (any_is_open && !composition.any_of.empty() &&
      !go_on(check_alternatives(composition.any_of, false, value, at))) {
    return false;
  }
  if (!discriminated && !composition.one_of.empty() &&
      !go_on(check_alternatives(composition.one_of, true, value, at))) {
    return false;
  }
  if (composition.none_of != nullptr) {
    // What `not` looks at does not count as evaluated.
    const At unseen{at.location, nullptr, at.scope, nullptr};
    if (matches(*composition.none_of, value, unseen) &&
        !go_on(report(at.location, "not", "must not match the schema under 'not'"))) {
      return false;
    }
  }
  if (composition.condition != nullptr) {
    // `if` asks whether a property is present, so a missing one-way property is not excused here.
    const At as_it_is{at.location, at.evaluated, at.scope, nullptr};
    const Schema* next = matches(*composition.condition, value, as_it_is) ? composition.consequence
                                                                          : composition.alternative;
    if (next != nullptr) go_on(check_same_value(*next, value, at));
  }
  return ok;
}

bool Validation::check_alternatives(const std::vector<const Schema*>& branches, bool exactly_one,
                                    const boost::json::value& value, const At& at) {
  size_t matching = 0;
  for (const Schema* branch : branches) {
    if (!matches(*branch, value, at)) continue;
    ++matching;
    if (!exactly_one && at.evaluated == nullptr) return true;
    if (exactly_one && matching > 1 && !collecting()) return false;
  }
  if (matching == 1 || (matching > 1 && !exactly_one)) return true;
  if (!collecting()) return false;
  const std::string_view keyword = exactly_one ? "oneOf" : "anyOf";
  if (matching > 1) {
    return report(at.location, keyword,
                  "matches " + std::to_string(matching) + " of the " +
                      std::to_string(branches.size()) +
                      " alternatives, but must match exactly one");
  }
  // If only one alternative is plausible, its own violations help more than "matches none".
  const Schema* meant = nullptr;
  for (const Schema* branch : branches) {
    if (!is_plausible(*branch, value)) continue;
    if (meant != nullptr) return report(at.location, keyword, "matches none of the alternatives");
    meant = branch;
  }
  if (meant == nullptr) return report(at.location, keyword, "matches none of the alternatives");
  return check_same_value(*meant, value, at);
}

// Otherwise the rules of a base would be checked twice for each value in it, and so on within.
const Schema* Validation::named_child(const Discriminator& discriminator,
                                      const boost::json::value& value) {
  if (discriminator.children.empty() || !value.is_object()) return nullptr;
  if (!pay(price::kMember + discriminator.branches.size())) return nullptr;
  const boost::json::value* name = value.get_object().if_contains(discriminator.property);
  if (name == nullptr || !name->is_string()) return nullptr;
  const Schema* branch = discriminator.branch(name->get_string());
  return discriminator.children.contains(branch) ? branch : nullptr;
}

// Checks the alternative that the discriminator's property names (OpenAPI 3.0.3 section 4.7.25).
bool Validation::check_discriminated(const Composition& composition,
                                     const boost::json::value& value, const At& at) {
  const Discriminator& discriminator = *composition.discriminator;
  const Location location{&at.location, discriminator.property};
  if (!pay(price::kMember + discriminator.branches.size())) return false;
  const boost::json::value* name = value.get_object().if_contains(discriminator.property);
  const Schema* branch =
      name != nullptr && name->is_string() ? discriminator.branch(name->get_string()) : nullptr;
  if (branch != nullptr) return check_same_value(*branch, value, at);
  if (discriminator.of_base) return true;
  if (!discriminator.unnamed.empty()) {
    return check_alternatives(discriminator.unnamed, !composition.one_of.empty(), value, at);
  }
  if (name == nullptr) return report(location, "required", "is missing");
  return report(location, "discriminator", "is not the name of an alternative");
}

}  // namespace penstock::contract
