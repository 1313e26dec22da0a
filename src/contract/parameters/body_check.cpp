#include "contract/parameters/body_check.h"

#include <boost/json/value.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <vector>

#include "base/utf8.h"
#include "contract/parameters/parameter.h"
#include "contract/schema/schema.h"

namespace penstock::contract {
namespace {

// Says whether a string's validity depends on what is in it: whether the schema, or one that it
// applies to the same value, has such a rule.
bool looks_into_strings(const Schema& root) {
  boost::unordered_flat_set<const Schema*> known;
  std::vector<const Schema*> open;
  const auto add = [&](const Schema* schema) {
    if (schema != nullptr && known.insert(schema).second) open.push_back(schema);
  };
  add(&root);
  while (!open.empty()) {
    const Schema& schema = *open.back();
    open.pop_back();
    if (schema.enumeration || schema.constant || schema.string) return true;
    if (!schema.composition) continue;
    const Composition& parts = *schema.composition;
    if (parts.dynamic) return true;
    for (const auto* list : {&parts.all_of, &parts.any_of, &parts.one_of}) {
      for (const Schema* part : *list) add(part);
    }
    for (const Schema* part :
         {parts.reference, parts.none_of, parts.condition, parts.consequence, parts.alternative}) {
      add(part);
    }
  }
  return false;
}

}  // namespace

std::optional<SizeRules> size_rules(const Schema* schema) {
  while (schema != nullptr && !schema->string && schema->composition &&
         schema->composition->reference != nullptr && schema->composition->all_of.empty() &&
         schema->composition->any_of.empty() && schema->composition->one_of.empty() &&
         schema->composition->none_of == nullptr && schema->composition->condition == nullptr) {
    schema = schema->composition->reference;
  }
  if (schema == nullptr) return SizeRules{};
  if ((schema->allowed & type::string) == 0 || schema->composition || schema->enumeration ||
      schema->constant) {
    return std::nullopt;
  }
  if (!schema->string) return SizeRules{};
  if (schema->string->pattern || schema->string->format != nullptr) return std::nullopt;
  return SizeRules{schema->string->min_length.value_or(0),
                   schema->string->max_length.value_or(UINT64_MAX)};
}

BodyCheck body_check(BodyKind kind, const Schema* schema) {
  if (kind == BodyKind::json) return BodyCheck::value;
  if (kind == BodyKind::text) {
    constexpr unsigned kWritten = type::string | type::number | type::integer | type::boolean;
    const bool may_be_text = schema == nullptr || (schema->allowed & kWritten) != 0;
    return may_be_text ? BodyCheck::text : BodyCheck::none;
  }
  if (size_rules(schema)) return BodyCheck::size;
  if ((schema->allowed & type::string) == 0) return BodyCheck::none;
  if (looks_into_strings(*schema)) return BodyCheck::text;
  return is_valid(*schema, boost::json::value("")) ? BodyCheck::size : BodyCheck::none;
}

void validate_body_text(const Schema* schema, std::string_view text, Direction direction,
                        Violations& violations, Steps& steps) {
  if (schema == nullptr) return;
  if (is_plain_string(*schema)) {
    return validate_text(*schema, text, "body", "", violations, steps);
  }
  const unsigned types = schema->allowed;
  auto scalar = scalar_of(text, types & ~type::string, {});
  const bool may_be_string = (types & type::string) != 0;
  if (!scalar && !may_be_string) {
    violations.push_back(
        {"body", "", "type", "must be written as JSON writes a number or a boolean"});
    return;
  }
  // What is no valid number may be a valid string.
  if (!scalar || (may_be_string && !is_valid(*schema, *scalar, direction, steps))) {
    scalar.emplace(boost::json::string_view(text.data(), text.size()));
  }
  validate(*schema, *scalar, "body", "", direction, violations, steps);
}

}  // namespace penstock::contract
