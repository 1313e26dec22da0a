#include "contract/cpp/cpp_type_builder.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <utility>

#include "base/printable_text.h"
#include "contract/document/document.h"

namespace penstock::contract {
namespace {

using Kind = CppType::Kind;

// These names are served first: those that the author has chosen, those of schemas that have a
// name, those of schemas without one.
constexpr unsigned kChosen = 0;
constexpr unsigned kNamed = 1;
constexpr unsigned kMade = 2;

bool has_number_of_32_bits(const NumberFormat& format) {
  return format.magnitude == 0 && format.min >= INT32_MIN && format.max <= INT32_MAX;
}

Kind kind_of_number(const CppParts& parts) {
  const NumberFormat* format = nullptr;
  for (const Schema* part : parts.parts) {
    if (part->number && part->number->format != nullptr) format = part->number->format;
  }
  if (format != nullptr && has_number_of_32_bits(*format)) return Kind::int32;
  const bool is_whole = (parts.types & type::number) == 0;
  return is_whole || (format != nullptr && format->magnitude == 0) ? Kind::int64 : Kind::number;
}

Kind kind_of_string(const CppParts& parts) {
  if (!texts_of(parts).empty()) return Kind::enumeration;
  for (const Schema* part : parts.parts) {
    if (!part->string || part->string->format == nullptr) continue;
    if (part->string->format->name == "date") return Kind::date;
    if (part->string->format->name == "date-time") return Kind::date_time;
  }
  return Kind::string;
}

// Returns whether a schema with a `discriminator` was compiled without it, for those that have it
// in their `allOf`.
bool is_bare(const Schema& schema) {
  return schema.node->find("discriminator") != nullptr &&
         !(schema.composition && schema.composition->discriminator);
}

}  // namespace

Kind CppTypeBuilder::kind_of_object(const CppParts& parts) {
  bool has_members = false;
  bool is_closed = false;
  bool has_values = false;
  for (const Schema* part : parts.parts) {
    if (!part->object) continue;
    const ObjectRules& rules = *part->object;
    has_members = has_members || !rules.properties.empty();
    has_values = has_values || !rules.patterns.empty();
    if (rules.additional == nullptr) continue;
    (rules.additional->allowed == 0 ? is_closed : has_values) = true;
  }
  if (has_members) return Kind::structure;
  if (has_values) return Kind::map;
  return is_closed ? Kind::structure : Kind::json;
}

bool CppTypeBuilder::is_variant(const CppParts& parts) {
  if (parts.choices.size() != 1) return false;
  const Composition& choice = *parts.choices.front()->composition;
  if (!choice.discriminator || choice.discriminator->of_base ||
      !choice.discriminator->unnamed.empty() || choice.discriminator->branches.empty()) {
    return false;
  }
  const auto own = properties_of(parts);
  for (const auto& [name, branch] : choice.discriminator->branches) {
    const CppParts inside = parts_of({branch});
    if (inside.nullable || kind_of(inside) != Kind::structure) return false;
    const auto members = properties_of(inside);
    const auto is_member = [&](const CppProperty& property) {
      return std::any_of(members.begin(), members.end(),
                         [&](const CppProperty& member) { return member.name == property.name; });
    };
    if (!std::all_of(own.begin(), own.end(), is_member)) return false;
  }
  return true;
}

Kind CppTypeBuilder::kind_of(const CppParts& parts) {
  if (parts.is_open) return Kind::json;
  const unsigned object_or_any = parts.types == type::any ? type::object : parts.types;
  if (object_or_any == type::object && is_variant(parts)) return Kind::variant;
  if (!choices_only_narrow(parts)) return Kind::json;
  switch (parts.types) {
    case type::boolean:
      return Kind::boolean;
    case type::string:
      return kind_of_string(parts);
    case type::integer:
    case type::number:
    case type::integer | type::number:
      return kind_of_number(parts);
    case type::array:
      return Kind::list;
    case type::object:
      return kind_of_object(parts);
    case type::any: {
      // A schema without types that describes properties or elements is meant for them.
      const bool has_items = std::any_of(parts.parts.begin(), parts.parts.end(), [](auto* part) {
        return part->array && part->array->items != nullptr;
      });
      const Kind kind = kind_of_object(parts);
      if (has_items) return kind == Kind::json ? Kind::list : Kind::json;
      return kind;
    }
    default:
      return Kind::json;
  }
}

CppUse CppTypeBuilder::use_of(const Schema* schema) {
  return use_of(schema == nullptr ? Schemas() : Schemas{schema}, Place(), "");
}

CppUse CppTypeBuilder::use_of(const Schemas& schemas, const Place& around, std::string_view part) {
  const Schemas ends = without_references(schemas);
  Schemas key = ends;
  std::sort(key.begin(), key.end());
  const auto [known, is_new] = known_.emplace(std::move(key), CppUse());
  if (!is_new) return known->second;
  if (types_.size() >= kCppTypesMax) {
    problem(ends.empty() ? nullptr : ends.front()->node, "the contract has more than " +
                                                             std::to_string(kCppTypesMax) +
                                                             " types; divide it into several");
  }
  CppType& type = types_.emplace_back();
  known->second.type = &type;
  if (ends.empty() || !result_) return known->second;
  const CppParts parts = parts_of(ends);
  type.kind = kind_of(parts);
  // JSON has a null of its own.
  known->second.nullable = parts.nullable && type.kind != Kind::json;
  type.schema = ends.front();
  Place place;
  if (ends.size() == 1) {
    place = places_.of(*ends.front()->node);
    if (is_bare(*ends.front())) {
      place.key += "/bare";
      place.wanted += "Base";
      place.original.clear();
    }
  } else {
    place.key = around.key + '/' + std::string(part) + "/merged";
    place.wanted = cpp_type_name(around.wanted + cpp_type_name(part));
  }
  if (type.has_name()) by_type_.emplace(&type, place);
  if (place.chosen && !is_cpp_name(place.wanted, CppLetter::capital)) {
    problem(chosen_name(ends.front()->node), no_cpp_name(place.wanted, CppLetter::capital));
  }
  pending_.push_back({&type, parts, std::move(place)});
  return known->second;
}

void CppTypeBuilder::problem(const Node* at, const std::string& sentence) {
  if (!result_) return;
  const std::string where = at == nullptr ? "" : at->where() + ": ";
  result_ = base::Error{.code = base::ErrorCode::invalid,
                        .message = base::printable(where + sentence, kSentenceBytesMax)};
}

base::Result<> CppTypeBuilder::fill() {
  while (!pending_.empty() && result_) {
    Pending next = std::move(pending_.front());
    pending_.pop_front();
    fill(next);
  }
  return result_;
}

const CppType* CppTypeBuilder::copy(const CppType& type, const Place& place) {
  CppType& made = types_.emplace_back(type);
  by_type_.emplace(&made, place);
  return &made;
}

void CppTypeBuilder::rename(const CppType& type, const Place& place) {
  by_type_.insert_or_assign(&type, place);
}

// A list or a map has one element, so a chain of them either ends or is a circle.
base::Result<> CppTypeBuilder::replace_circles() {
  const auto is_holder = [](const CppType* type) {
    return type->kind == CppType::Kind::list || type->kind == CppType::Kind::map;
  };
  boost::unordered_flat_set<const CppType*> in_circle;
  boost::unordered_flat_map<const CppType*, size_t> round_of;
  size_t round = 0;
  for (const CppType& start : types_) {
    ++round;
    const CppType* type = &start;
    while (is_holder(type) && round_of.emplace(type, round).second) type = type->element.type;
    if (!is_holder(type) || round_of[type] != round) continue;
    for (; in_circle.insert(type).second; type = type->element.type) {
    }
  }
  for (CppType& type : types_) {
    if (!in_circle.contains(&type)) continue;
    type.kind = CppType::Kind::json;
    type.element = {};
  }
  for (const CppType& start : types_) {
    size_t levels = 0;
    for (const CppType* type = &start; is_holder(type); type = type->element.type) {
      if (++levels <= kCppLevelsMax) continue;
      problem(start.schema == nullptr ? nullptr : start.schema->node,
              "more than " + std::to_string(kCppLevelsMax) +
                  " lists or maps are inside one another here; put objects between them");
      return result_;
    }
  }
  return result_;
}

base::Result<> CppTypeBuilder::name(CppScope& scope) {
  std::map<std::string, const Node*> nodes;
  for (CppType& type : types_) {
    const auto found = by_type_.find(&type);
    if (found == by_type_.end()) continue;
    const Place& place = found->second;
    const unsigned rank = place.chosen ? kChosen : place.is_named() ? kNamed : kMade;
    scope.add(place.key, place.original, place.wanted, rank);
    nodes.emplace(place.key, type.schema == nullptr ? nullptr : type.schema->node);
  }
  scope.finish();
  if (const auto& [first, second] = scope.clash(); !second.empty()) {
    const auto node = nodes.find(second);
    problem(node == nodes.end() ? nullptr : node->second,
            "x-penstock-name: this name is chosen twice, first at '" + first + "'; choose another");
  }
  for (CppType& type : types_) {
    if (const auto found = by_type_.find(&type); found != by_type_.end()) {
      type.name = scope.name(found->second.key);
    }
  }
  return result_;
}

}  // namespace penstock::contract
