#include "contract/schema/schema_reader.h"

#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <algorithm>
#include <array>

#include "json/equality.h"

namespace penstock::contract {

namespace {

using Kind = Node::Kind;
using Names = std::initializer_list<std::string_view>;

bool is_one_of(std::string_view key, Names names) {
  return std::find(names.begin(), names.end(), key) != names.end();
}

// Remarks for people and tools; they change nothing.
bool is_remark(std::string_view key) {
  return key.starts_with("x-") || is_one_of(key, {"title", "description", "default", "example", "examples",
                                                  "deprecated", "externalDocs", "xml"});
}

// Read by Sources, or remarks (JSON Schema core 2020-12 sections 8 and 9, validation sections 8 and 9).
bool is_core(std::string_view key) {
  return is_one_of(key,
                   {"$schema", "$id", "$anchor", "$dynamicAnchor", "$vocabulary", "$comment", "examples"});
}

bool is_of_validation_vocabulary(std::string_view key) {
  return is_one_of(key, {"type",          "enum",
                         "const",         "multipleOf",
                         "maximum",       "exclusiveMaximum",
                         "minimum",       "exclusiveMinimum",
                         "maxLength",     "minLength",
                         "pattern",       "maxItems",
                         "minItems",      "uniqueItems",
                         "maxContains",   "minContains",
                         "maxProperties", "minProperties",
                         "required",      "dependentRequired"});
}

template <class Rules>
Rules& made(std::unique_ptr<Rules>& rules) {
  if (!rules) rules = std::make_unique<Rules>();
  return *rules;
}

}  // namespace

StringRules& SchemaReader::strings() {
  return made(schema_.string);
}
NumberRules& SchemaReader::numbers() {
  return made(schema_.number);
}
ArrayRules& SchemaReader::arrays() {
  return made(schema_.array);
}
ObjectRules& SchemaReader::objects() {
  return made(schema_.object);
}
Composition& SchemaReader::compositions() {
  return made(schema_.composition);
}

void SchemaReader::read() {
  const bool is_3_0 = compiler_.options_.dialect == Dialect::openapi_3_0;
  if (node_.is(Kind::boolean) && !is_3_0) {
    schema_.types = node_.boolean ? type::any : 0;
    return;
  }
  if (!node_.is(Kind::object))
    return wrong(node_, is_3_0 ? "a schema must be an object" : "a schema must be an object, true or false");
  if (is_3_0) {
    read_3_0();
  } else {
    read_2020_12();
  }
  if (schema_.object) finish_object();
  check_format();
}

void SchemaReader::unknown(const Node& key) {
  if (compiler_.options_.unknown_keywords_refused)
    wrong(key, "schema: '" + key.text + "' is not enforced, so it is refused");
}

void SchemaReader::read_3_0() {
  if (const Node* to = node_.find("$ref")) return reference(*to);  // What stands beside it is ignored.
  bool nullable = false;
  for (const Member& member : node_.members) {
    const std::string& key = keyword_ = member.key->text;
    const Node& value = *member.value;
    if (key == "nullable") {
      nullable = boolean(value).value_or(false);
    } else if (!is_remark(key) && !common(key, value) && !only_3_0(key, value)) {
      unknown(*member.key);
    }
  }
  // Only beside `type` (OpenAPI 3.0.3, "nullable" in the schema object).
  if (nullable && node_.find("type") == nullptr)
    wrong(*node_.find("nullable"), "nullable needs 'type' beside it");
  if (nullable) schema_.types |= type::null;
}

void SchemaReader::read_2020_12() {
  for (const Member& member : node_.members) {
    const std::string& key = keyword_ = member.key->text;
    const Node& value = *member.value;
    if (is_remark(key) || is_core(key)) continue;
    if (!schema_.resource->validation && is_of_validation_vocabulary(key)) continue;
    if (!common(key, value) && !only_2020_12(key, value) && !applicator_2020_12(key, value))
      unknown(*member.key);
  }
  if (schema_.array && schema_.array->contains == nullptr) {  // Without `contains` they mean nothing.
    schema_.array->min_contains = 1;
    schema_.array->max_contains.reset();
  }
}

bool SchemaReader::common(std::string_view key, const Node& value) {
  if (key == "readOnly") {
    schema_.read_only = boolean(value).value_or(false);
  } else if (key == "writeOnly") {
    schema_.write_only = boolean(value).value_or(false);
  } else if (key == "enum") {
    enumeration(value, schema_.enumeration, false);
  } else if (key == "format") {
    format(value);
  } else {
    return string_keyword(key, value) || number_keyword(key, value) || array_keyword(key, value) ||
           object_keyword(key, value) || composition_keyword(key, value);
  }
  return true;
}

bool SchemaReader::only_3_0(std::string_view key, const Node& value) {
  if (key == "type") {
    schema_.types = value.is(Kind::string) ? type::named(value.text) : 0;
    if (schema_.types == 0 || schema_.types == type::null) {
      wrong(value, value.is(Kind::array) ? "type: OpenAPI 3.0 knows one type, not a list"
                                         : "type '" + value.text + "' is not one of OpenAPI 3.0");
    }
  } else if (key == "exclusiveMinimum" || key == "exclusiveMaximum") {
    const bool exclusive = boolean(value).value_or(false);
    const Node* limit = node_.find(key == "exclusiveMinimum" ? "minimum" : "maximum");
    if (exclusive && limit == nullptr)
      wrong(value, std::string(key) + " needs a limit beside it (OpenAPI 3.0)");
    if (!exclusive || limit == nullptr) return true;
    (key == "exclusiveMinimum" ? numbers().above : numbers().below) = number(*limit);
  } else {
    return false;
  }
  return true;
}

bool SchemaReader::only_2020_12(std::string_view key, const Node& value) {
  if (key == "type") {
    types(value);
  } else if (key == "const") {
    enumeration(value, schema_.constant, true);
  } else if (key == "exclusiveMinimum") {
    numbers().above = number(value);
  } else if (key == "exclusiveMaximum") {
    numbers().below = number(value);
  } else if (key == "minContains") {
    arrays().min_contains = count(value).value_or(1);
  } else if (key == "maxContains") {
    arrays().max_contains = count(value);
  } else if (key == "dependentRequired") {
    dependent_required(value);
  } else if (key == "contentEncoding" && compiler_.options_.formats_asserted && value.text == "base64") {
    set_format(value, find_format("byte"));
  } else if (is_one_of(key, {"contentEncoding", "contentMediaType", "contentSchema"})) {
    // Remarks by the standard (validation section 8), but a contract's author expects more.
    return !compiler_.options_.unknown_keywords_refused;
  } else {
    return false;
  }
  return true;
}

bool SchemaReader::applicator_2020_12(std::string_view key, const Node& value) {
  if (key == "prefixItems") {
    list(value, arrays().prefix);
  } else if (key == "contains") {
    arrays().contains = sub(value);
  } else if (key == "unevaluatedItems") {
    arrays().unevaluated = sub(value);
  } else if (key == "patternProperties") {
    pattern_properties(value);
  } else if (key == "propertyNames") {
    objects().names = sub(value);
  } else if (key == "dependentSchemas") {
    if (!value.is(Kind::object)) wrong(value, "dependentSchemas must be an object");
    for (const Member& member : value.members) {
      objects().dependent_schemas.emplace_back(member.key->text, sub(*member.value));
    }
  } else if (key == "unevaluatedProperties") {
    objects().unevaluated = sub(value);
  } else if (key == "if") {
    compositions().condition = sub(value);
  } else if (key == "then") {
    compositions().consequence = sub(value);
  } else if (key == "else") {
    compositions().alternative = sub(value);
  } else if (key == "$ref") {
    reference(value);
  } else if (key == "$dynamicRef") {
    dynamic_reference(value);
  } else if (key == "$defs" || key == "definitions") {
    if (!value.is(Kind::object)) wrong(value, std::string(key) + " must be an object");
    for (const Member& member : value.members) static_cast<void>(sub(*member.value));
  } else {
    return false;
  }
  return true;
}

bool SchemaReader::string_keyword(std::string_view key, const Node& value) {
  if (key == "minLength") {
    strings().min_length = count(value);
  } else if (key == "maxLength") {
    strings().max_length = count(value);
  } else if (key == "pattern") {
    pattern(value, strings().pattern);
  } else {
    return false;
  }
  return true;
}

bool SchemaReader::number_keyword(std::string_view key, const Node& value) {
  if (key == "minimum") {
    numbers().minimum = number(value);
  } else if (key == "maximum") {
    numbers().maximum = number(value);
  } else if (key == "multipleOf") {
    const auto divisor = number(value);
    if (!divisor) return true;
    if (json::compare_numbers(*divisor, boost::json::value(0)) <= 0) {
      wrong(value, "multipleOf must be more than 0");
      return true;
    }
    numbers().multiple.emplace(*divisor);
    numbers().multiple_text = json::number_text(*divisor);
  } else {
    return false;
  }
  return true;
}

bool SchemaReader::array_keyword(std::string_view key, const Node& value) {
  if (key == "minItems") {
    arrays().min_items = count(value).value_or(0);
  } else if (key == "maxItems") {
    arrays().max_items = count(value);
  } else if (key == "uniqueItems") {
    arrays().unique = boolean(value).value_or(false);
  } else if (key == "items") {
    arrays().items = sub(value);
  } else {
    return false;
  }
  return true;
}

bool SchemaReader::object_keyword(std::string_view key, const Node& value) {
  if (key == "properties") {
    properties(value);
  } else if (key == "required") {
    required(value);
  } else if (key == "additionalProperties") {
    if (compiler_.options_.dialect == Dialect::openapi_3_0 && value.is(Kind::boolean)) {
      objects().additional = value.boolean ? nullptr : compiler_.nothing(value, *schema_.resource);
    } else {
      objects().additional = sub(value);
    }
  } else if (key == "minProperties") {
    objects().min_properties = count(value).value_or(0);
  } else if (key == "maxProperties") {
    objects().max_properties = count(value);
  } else {
    return false;
  }
  return true;
}

bool SchemaReader::composition_keyword(std::string_view key, const Node& value) {
  if (key == "allOf") {
    list(value, compositions().all_of);
  } else if (key == "anyOf") {
    list(value, compositions().any_of);
  } else if (key == "oneOf") {
    list(value, compositions().one_of);
  } else if (key == "not") {
    compositions().none_of = sub(value);
  } else if (key == "discriminator") {
    discriminator(value);
  } else {
    return false;
  }
  return true;
}

}  // namespace penstock::contract
