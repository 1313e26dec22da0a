// Reads the values of a schema's keywords, and refuses those of the wrong kind.
#include <algorithm>

#include "contract/schema/schema_reader.h"
#include "contract/schema/steps.h"
#include "json/equality.h"

namespace penstock::contract {

namespace {

using Kind = Node::Kind;

// A longer `enum` is searched by hash; a shorter one from start to end.
constexpr size_t kScannedMax = 8;

}  // namespace

void SchemaReader::read_type_3_0(const Node& value) {
  schema_.types = value.is(Kind::string) ? type::named(value.text) : 0;
  if (schema_.types != 0 && schema_.types != type::null) return;
  problem(value, value.is(Kind::array) ? "type: OpenAPI 3.0 allows one type, not a list"
                                       : "type '" + value.text + "' does not exist in OpenAPI 3.0");
}

void SchemaReader::read_type_2020_12(const Node& value) {
  schema_.types = 0;
  const auto add = [this](const Node& name) {
    const unsigned bit = name.is(Kind::string) ? type::named(name.text) : 0;
    if (bit == 0) problem(name, "type '" + name.text + "' does not exist in JSON Schema");
    schema_.types |= bit;
  };
  if (!value.is(Kind::array)) return add(value);
  for (const Node* name : value.elements) add(*name);
}

// In OpenAPI 3.0 the keyword is a boolean that makes the limit beside it exclusive (JSON Schema
// Wright Draft 00 validation sections 5.3 and 5.5).
void SchemaReader::read_exclusive_3_0(const Node& value, const char* limit_name,
                                      std::optional<boost::json::value> NumberRules::* limit) {
  if (!boolean(value).value_or(false)) return;
  const Node* beside = node_.find(limit_name);
  if (beside == nullptr) {
    return problem(value,
                   keyword() + " needs '" + limit_name + "' in the same schema (OpenAPI 3.0)");
  }
  numbers().*limit = number(*beside);
}

void SchemaReader::read_multiple_of(const Node& value) {
  const auto divisor = number(value);
  if (!divisor) return;
  if (json::compare_numbers(*divisor, boost::json::value(0)) <= 0) {
    return problem(value, "multipleOf must be more than 0");
  }
  NumberRules& rules = numbers();
  rules.multiple.emplace(*divisor);
  rules.multiple_text = json::number_text(*divisor);
}

std::unique_ptr<Enumeration> SchemaReader::constant(const Node& value) {
  auto made = std::make_unique<Enumeration>();
  made->single = true;
  if (auto only = compiler_.copy(value)) {
    if (only->is_structured()) made->structure_bytes = text_bytes(*only);
    made->values.push_back(std::move(*only));
  } else {
    problem(value, SchemaCompiler::many_values(keyword()));
  }
  return made;
}

std::unique_ptr<Enumeration> SchemaReader::enumeration(const Node& value) {
  auto made = std::make_unique<Enumeration>();
  const auto all = compiler_.copy(value);
  if (!all) {
    problem(value, SchemaCompiler::many_values(keyword()));
  } else if (!all->is_array() || all->get_array().empty()) {
    problem(value, "enum must be a list of values");
  } else {
    made->values.assign(all->get_array().begin(), all->get_array().end());
  }
  for (const boost::json::value& one : made->values) {
    if (one.is_structured()) made->structure_bytes += text_bytes(one);
  }
  if (made->values.size() <= kScannedMax) return made;
  for (size_t i = 0; i < made->values.size(); ++i) {
    made->by_hash.emplace_back(json::hash_of(made->values[i]), static_cast<uint32_t>(i));
  }
  std::sort(made->by_hash.begin(), made->by_hash.end());
  return made;
}

void SchemaReader::read_format(const Node& value) {
  if (!value.is(Kind::string)) return problem(value, "format must be a string");
  if (!compiler_.options_.formats_asserted && !schema_.resource->format_assertion) return;
  if (const Format* of_text = find_format(value.text)) {
    set_format(value, of_text);
  } else if (const NumberFormat* of_number = find_number_format(value.text)) {
    numbers().format = of_number;
  } else if (value.text != "password" && value.text != "binary" &&
             compiler_.options_.unknown_keywords_refused) {
    problem(value,
            "format '" + value.text + "' is not supported; use 'pattern' instead, or remove it");
  }
}

// The standard makes this keyword an annotation (JSON Schema validation 2020-12 section 8), but an
// author expects it to be enforced, as it is for `base64`.
void SchemaReader::read_content_encoding(const Node& value) {
  if (compiler_.options_.formats_asserted && value.text == "base64") {
    set_format(value, find_format("byte"));
  } else {
    refuse_unknown_keyword();
  }
}

void SchemaReader::set_format(const Node& value, const Format* format) {
  if (strings().format != nullptr) {
    problem(value, "the schema has both 'format' and 'contentEncoding'; only one is allowed");
  }
  strings().format = format;
}

std::optional<Pattern> SchemaReader::compile_pattern(const Node& at, std::string_view text) {
  auto compiled = compiler_.patterns_.compile(text);
  if (!compiled) {
    sources_.problem(at, compiled.error().kind, compiled.error().sentence);
    return std::nullopt;
  }
  for (const PatternFault& one : compiled->remarks()) {
    sources_.remark(at, one.kind, one.sentence);
  }
  return std::move(*compiled);
}

std::optional<Pattern> SchemaReader::pattern(const Node& value) {
  if (value.is(Kind::string)) return compile_pattern(value, value.text);
  problem(value, "pattern must be a string");
  return std::nullopt;
}

Property& SchemaReader::property(std::string_view name) {
  auto& list = objects().properties;
  const auto [known, is_new] = property_index_.emplace(name, static_cast<uint32_t>(list.size()));
  if (is_new) list.push_back({.name = std::string(name)});
  return list[known->second];
}

void SchemaReader::read_properties(const Node& value) {
  static_cast<void>(objects());
  if (!value.is(Kind::object)) return problem(value, "properties must be an object");
  for (const Member& member : value.members) {
    property(member.key->text).schema = subschema(*member.value);
  }
}

void SchemaReader::read_required(const Node& value) {
  static_cast<void>(objects());
  if (!value.is(Kind::array)) return problem(value, "required must be a list of names");
  for (const Node* name : value.elements) {
    if (!name->is_scalar()) {
      problem(*name, "required must be a list of names");
    } else {
      property(name->text).required = true;
    }
  }
}

void SchemaReader::read_pattern_properties(const Node& value) {
  if (!value.is(Kind::object)) return problem(value, "patternProperties must be an object");
  for (const Member& member : value.members) {
    const Schema* schema = subschema(*member.value);
    if (auto compiled = compile_pattern(*member.key, member.key->text)) {
      objects().patterns.emplace_back(std::move(*compiled), schema);
    }
  }
}

void SchemaReader::read_dependent_required(const Node& value) {
  if (!value.is(Kind::object)) return problem(value, "dependentRequired must be an object");
  for (const Member& member : value.members) {
    auto& [name, others] =
        objects().dependent_required.emplace_back(member.key->text, std::vector<std::string>());
    if (!member.value->is(Kind::array)) {
      problem(*member.value, "dependentRequired must map each name to a list of names");
    }
    for (const Node* other : member.value->elements) others.push_back(other->text);
  }
}

void SchemaReader::read_dependent_schemas(const Node& value) {
  if (!value.is(Kind::object)) problem(value, "dependentSchemas must be an object");
  for (const Member& member : value.members) {
    objects().dependent_schemas.emplace_back(member.key->text, subschema(*member.value));
  }
}

void SchemaReader::read_additional_properties_3_0(const Node& value) {
  if (!value.is(Kind::boolean)) {
    objects().additional = subschema(value);
  } else {
    objects().additional = value.boolean ? nullptr : compiler_.nothing(value, *schema_.resource);
  }
}

void SchemaReader::read_definitions(const Node& value) {
  if (!value.is(Kind::object)) problem(value, keyword() + " must be an object");
  for (const Member& member : value.members) static_cast<void>(subschema(*member.value));
}

std::vector<const Schema*> SchemaReader::subschemas(const Node& value) {
  std::vector<const Schema*> all;
  if (!value.is(Kind::array) || value.elements.empty()) {
    problem(value, keyword() + " must be a list of schemas");
  }
  for (const Node* one : value.elements) all.push_back(subschema(*one));
  return all;
}

void SchemaReader::read_reference(const Node& value) {
  if (!value.is(Kind::string)) return problem(value, "$ref must be a string");
  const Target target = sources_.resolve(value, value.text, *schema_.resource);
  if (target.node != nullptr) {
    composition().reference = compiler_.compile(*target.node, *target.resource);
  }
}

void SchemaReader::read_dynamic_reference(const Node& value) {
  if (!value.is(Kind::string)) return problem(value, "$dynamicRef must be a string");
  const Target target = sources_.resolve(value, value.text, *schema_.resource);
  if (target.node == nullptr) return;
  DynamicReference& made = composition().dynamic.emplace();
  made.initial = compiler_.compile(*target.node, *target.resource);
  const Node* anchor = target.node->find("$dynamicAnchor");
  const size_t mark = value.text.find('#');
  if (anchor != nullptr && mark != std::string::npos &&
      value.text.substr(mark + 1) == anchor->text) {
    made.anchor = anchor->text;
    compiler_.dynamic_.push_back(&schema_);
  }
}

const Schema* SchemaReader::subschema(const Node& value) {
  return compiler_.compile(value, *schema_.resource);
}

std::optional<uint64_t> SchemaReader::count(const Node& value) {
  const auto whole = number(value);
  if (!whole) return std::nullopt;
  if (!json::is_integer(*whole) || json::compare_numbers(*whole, boost::json::value(0)) < 0) {
    problem(value, keyword() + " must be a whole number that is not negative");
    return std::nullopt;
  }
  if (whole->is_double()) return static_cast<uint64_t>(std::min(whole->get_double(), 9e18));
  return whole->to_number<uint64_t>();
}

std::optional<boost::json::value> SchemaReader::number(const Node& value) {
  if (value.is(Kind::number)) return value.number;
  problem(value, keyword() + " must be a number");
  return std::nullopt;
}

std::optional<bool> SchemaReader::boolean(const Node& value) {
  if (value.is(Kind::boolean)) return value.boolean;
  problem(value, keyword() + " must be true or false");
  return std::nullopt;
}

}  // namespace penstock::contract
