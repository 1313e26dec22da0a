#include "contract/schema/schema_reader.h"

namespace penstock::contract {

namespace {

using Kind = Node::Kind;

// A longer list of properties gets a hash table; a shorter one is searched from start to end.
constexpr size_t kScannedMax = 8;

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
Composition& SchemaReader::composition() {
  return made(schema_.composition);
}

void SchemaReader::read() {
  const bool is_3_0 = compiler_.options_.dialect == Dialect::openapi_3_0;
  if (node_.is(Kind::boolean) && !is_3_0) {
    schema_.types = node_.boolean ? type::any : 0;
    return;
  }
  if (!node_.is(Kind::object)) {
    return wrong_type(
        node_, is_3_0 ? "a schema must be an object" : "a schema must be an object, true or false");
  }
  const Node* reference = is_3_0 ? node_.find("$ref") : nullptr;
  if (reference != nullptr) {
    read_reference(*reference);
    return name_siblings();
  }
  read_keywords();
  finish_nullable();
  finish_contains();
  finish_object();
  finish_format();
  if (is_3_0) finish_items();
}

void SchemaReader::read_keywords() {
  for (const Member& member : node_.members) {
    key_ = member.key;
    if (key_->text.starts_with("x-")) continue;
    if (is_bare_ && (keyword() == "discriminator" || keyword() == discriminated_list(node_))) {
      continue;
    }
    const Keyword* known = find_keyword(key_->text, compiler_.options_.dialect);
    if (known == nullptr) {
      name_unknown_keyword();
    } else if (known->read != nullptr &&
               (schema_.resource->validation || !known->of_validation_vocabulary)) {
      known->read(*this, *member.value);
    }
  }
}

// Without `contains`, its limits have no effect (JSON Schema validation 2020-12 sections 6.4.4 and
// 6.4.5).
void SchemaReader::finish_contains() {
  if (!schema_.array || schema_.array->contains != nullptr) return;
  schema_.array->min_contains = 1;
  schema_.array->max_contains.reset();
}

void SchemaReader::finish_object() {
  if (!schema_.object) return;
  ObjectRules& rules = *schema_.object;
  for (const Property& property : rules.properties) rules.required += property.required ? 1 : 0;
  if (rules.properties.size() <= kScannedMax) return;
  for (size_t i = 0; i < rules.properties.size(); ++i) {
    rules.by_name.emplace(rules.properties[i].name, static_cast<uint32_t>(i));
  }
}

}  // namespace penstock::contract
