// What stands behind a schema's keywords, and whether it is what should stand there.
#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <algorithm>

#include "contract/schema/schema_reader.h"
#include "json/equality.h"

namespace penstock::contract {

namespace {

using Kind = Node::Kind;

constexpr size_t kScannedMax = 8;               // More enum values or properties than this are found by hash.
constexpr int64_t kPatternMemoryMax = 8 << 20;  // RE2's own default, per pattern.

}  // namespace

void SchemaReader::types(const Node& value) {
  schema_.types = 0;
  const auto add = [this](const Node& name) {
    const unsigned bit = name.is(Kind::string) ? type::named(name.text) : 0;
    if (bit == 0) wrong(name, "type '" + name.text + "' is not one of JSON Schema");
    schema_.types |= bit;
  };
  if (!value.is(Kind::array)) return add(value);
  for (const Node* name : value.elements) add(*name);
}

void SchemaReader::enumeration(const Node& value, std::unique_ptr<Enumeration>& out, bool single) {
  out = std::make_unique<Enumeration>();
  out->single = single;
  const auto all = to_json(value);
  if (!all) return wrong(value, keyword_ + " has too many values");
  if (single) {
    out->values.push_back(*all);
    return;
  }
  if (!all->is_array() || all->get_array().empty()) return wrong(value, "enum must be a list of values");
  out->values.assign(all->get_array().begin(), all->get_array().end());
  if (out->values.size() <= kScannedMax) return;
  for (size_t i = 0; i < out->values.size(); ++i) {
    out->by_hash.emplace_back(json::hash_of(out->values[i]), static_cast<uint32_t>(i));
  }
  std::sort(out->by_hash.begin(), out->by_hash.end());
}

void SchemaReader::format(const Node& value) {
  if (!value.is(Kind::string)) return wrong(value, "format must be a name");
  if (!compiler_.options_.formats_asserted && !schema_.resource->format_assertion) return;
  if (const Format* of_text = find_format(value.text)) {
    set_format(value, of_text);
  } else if (const NumberFormat* of_number = find_number_format(value.text)) {
    numbers().format = of_number;
  } else if (value.text != "password" && value.text != "binary" &&
             compiler_.options_.unknown_keywords_refused) {
    wrong(value, "format '" + value.text + "' is not enforced, so it is refused; 'pattern' may say the same");
  }
}

void SchemaReader::set_format(const Node& value, const Format* format) {
  if (strings().format != nullptr) wrong(value, "there is a format already");
  strings().format = format;
}

// A rule for values that the type does not allow says nothing, and was meant to say something.
void SchemaReader::check_format() {
  const Node* format = node_.find("format");
  if (format == nullptr || !compiler_.options_.unknown_keywords_refused) return;
  const bool of_text =
      schema_.string && schema_.string->format != nullptr && (schema_.types & type::string) == 0;
  const bool of_number = schema_.number && schema_.number->format != nullptr &&
                         (schema_.types & (type::number | type::integer)) == 0;
  if (of_text || of_number) wrong(*format, "format '" + format->text + "' does not fit the type");
}

std::optional<Pattern> SchemaReader::compile_pattern(const Node& at, std::string_view text) {
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(kPatternMemoryMax);
  auto regex = std::make_unique<const re2::RE2>(re2::StringPiece(text.data(), text.size()), options);
  if (!regex->ok()) {
    wrong(at,
          "pattern " + std::string(text) + " is none that RE2 can match in linear time: " + regex->error());
    return std::nullopt;
  }
  return Pattern(text, std::move(regex));
}

void SchemaReader::pattern(const Node& value, std::optional<Pattern>& out) {
  if (!value.is(Kind::string)) return wrong(value, "pattern must be text");
  out = compile_pattern(value, value.text);
}

Property& SchemaReader::property(std::string_view name) {
  auto& list = objects().properties;
  const auto [known, is_new] = property_index_.emplace(name, static_cast<uint32_t>(list.size()));
  if (is_new) list.push_back({.name = std::string(name)});
  return list[known->second];
}

void SchemaReader::properties(const Node& value) {
  static_cast<void>(objects());
  if (!value.is(Kind::object)) return wrong(value, "properties must be an object");
  for (const Member& member : value.members) property(member.key->text).schema = sub(*member.value);
}

void SchemaReader::required(const Node& value) {
  static_cast<void>(objects());
  if (!value.is(Kind::array)) return wrong(value, "required must be a list of names");
  for (const Node* name : value.elements) {
    if (!name->is_scalar()) {
      wrong(*name, "required must be a list of names");
    } else {
      property(name->text).required = true;
    }
  }
}

void SchemaReader::pattern_properties(const Node& value) {
  if (!value.is(Kind::object)) return wrong(value, "patternProperties must be an object");
  for (const Member& member : value.members) {
    const Schema* schema = sub(*member.value);
    if (auto compiled = compile_pattern(*member.key, member.key->text))
      objects().patterns.emplace_back(std::move(*compiled), schema);
  }
}

void SchemaReader::dependent_required(const Node& value) {
  if (!value.is(Kind::object)) return wrong(value, "dependentRequired must be an object");
  for (const Member& member : value.members) {
    auto& [name, others] =
        objects().dependent_required.emplace_back(member.key->text, std::vector<std::string>());
    if (!member.value->is(Kind::array)) wrong(*member.value, "dependentRequired must have lists of names");
    for (const Node* other : member.value->elements) others.push_back(other->text);
  }
}

void SchemaReader::list(const Node& value, std::vector<const Schema*>& out) {
  if (!value.is(Kind::array) || value.elements.empty())
    return wrong(value, keyword_ + " must be a list of schemas");
  for (const Node* one : value.elements) out.push_back(sub(*one));
}

// The way to a branch by its name: what `mapping` says, or the last part of the branch's `$ref`.
void SchemaReader::discriminator(const Node& value) {
  const Node* property = value.find("propertyName");
  if (property == nullptr || !property->is_scalar())
    return wrong(value, "discriminator needs 'propertyName'");
  const Node* branches = node_.find("oneOf") != nullptr ? node_.find("oneOf") : node_.find("anyOf");
  if (branches == nullptr)
    return wrong(value, "discriminator is only enforced beside oneOf or anyOf, so it is refused here");
  Discriminator& made = compositions().discriminator.emplace();
  made.property = property->text;
  struct Branch {
    const Node* reference;
    const Node* target;
    const Schema* schema;
    bool named = false;
  };
  std::vector<Branch> all;
  for (const Node* branch : branches->elements) {
    const Node* reference = branch->find("$ref");
    const Node* of_type = branch->find("type");
    if (reference == nullptr && of_type != nullptr && of_type->is_scalar() && of_type->text != "object")
      continue;  // No object, so nothing to choose: `null`, for one.
    if (reference == nullptr) {
      wrong(*branch, "discriminator: an alternative must be a $ref, for its name is what the property says");
      continue;
    }
    all.push_back(
        {reference, sources_.resolve(*reference, reference->text, *schema_.resource).node, sub(*branch)});
  }
  const Node* mapping = value.find("mapping");
  for (const Member& member : mapping == nullptr ? std::vector<Member>() : mapping->members) {
    const std::string& to = member.value->text;
    const bool is_name = to.find_first_of("/#.") == std::string::npos;
    const std::string reference = is_name ? "#/components/schemas/" + to : to;
    const Node* target = sources_.resolve(*member.value, reference, *schema_.resource).node;
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Branch& one) { return one.target == target; });
    if (target != nullptr && found == all.end()) {
      wrong(*member.value, "mapping: '" + to + "' is none of the alternatives");
    } else if (target != nullptr) {
      found->named = true;
      made.branches.emplace_back(member.key->text, found->schema);
    }
  }
  for (const Branch& branch : all) {
    if (branch.named || branch.target == nullptr) continue;
    const std::string& reference = branch.reference->text;
    const std::string name = reference.substr(reference.rfind('/') + 1);
    if (reference.find("#/") == std::string::npos || made.branch(name) != nullptr) {
      wrong(*branch.reference, "discriminator: 'mapping' must give this alternative a name");
    } else {
      made.branches.emplace_back(name, branch.schema);
    }
  }
}

void SchemaReader::reference(const Node& value) {
  if (!value.is(Kind::string)) return wrong(value, "$ref must be text");
  const Target target = sources_.resolve(value, value.text, *schema_.resource);
  if (target.node != nullptr) compositions().reference = compiler_.compile(*target.node, *target.resource);
}

void SchemaReader::dynamic_reference(const Node& value) {
  if (!value.is(Kind::string)) return wrong(value, "$dynamicRef must be text");
  const Target target = sources_.resolve(value, value.text, *schema_.resource);
  if (target.node == nullptr) return;
  DynamicReference& made = compositions().dynamic.emplace();
  made.initial = compiler_.compile(*target.node, *target.resource);
  const Node* anchor = target.node->find("$dynamicAnchor");
  const size_t mark = value.text.find('#');
  if (anchor != nullptr && mark != std::string::npos && value.text.substr(mark + 1) == anchor->text) {
    made.anchor = anchor->text;
    compiler_.dynamic_.push_back(&schema_);
  }
}

void SchemaReader::finish_object() {
  ObjectRules& rules = *schema_.object;
  for (const Property& property : rules.properties) rules.required += property.required ? 1 : 0;
  if (rules.properties.size() <= kScannedMax) return;
  for (size_t i = 0; i < rules.properties.size(); ++i) {
    rules.by_name.emplace(rules.properties[i].name, static_cast<uint32_t>(i));
  }
}

const Schema* SchemaReader::sub(const Node& value) {
  return compiler_.compile(value, *schema_.resource);
}

std::optional<uint64_t> SchemaReader::count(const Node& value) {
  const auto whole = number(value);
  if (!whole) return std::nullopt;
  if (!json::is_integer(*whole) || json::compare_numbers(*whole, boost::json::value(0)) < 0) {
    wrong(value, keyword_ + " must be a whole number, and not negative");
    return std::nullopt;
  }
  if (whole->is_double()) return static_cast<uint64_t>(std::min(whole->get_double(), 9e18));
  return whole->to_number<uint64_t>();
}

std::optional<boost::json::value> SchemaReader::number(const Node& value) {
  if (value.is(Kind::number)) return value.number;
  wrong(value, keyword_ + " must be a number");
  return std::nullopt;
}

std::optional<bool> SchemaReader::boolean(const Node& value) {
  if (value.is(Kind::boolean)) return value.boolean;
  wrong(value, keyword_ + " must be true or false");
  return std::nullopt;
}

}  // namespace penstock::contract
