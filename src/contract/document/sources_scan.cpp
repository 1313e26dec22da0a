// Finds the schemas of a document, and among them the resources and the anchors.
#include <algorithm>
#include <array>

#include "contract/document/sources.h"

namespace penstock::contract {
namespace {

constexpr std::string_view kMetaschema = "https://json-schema.org/draft/2020-12/schema";
constexpr std::string_view kOpenapiMetaschema = "https://spec.openapis.org/oas/3.1/dialect/base";
constexpr std::string_view kVocabulary = "https://json-schema.org/draft/2020-12/vocab/";

// These keywords have a schema, a list of schemas and an object of schemas as their value (draft
// 2020-12).
constexpr std::array kSchemaKeywords = {std::string_view("items"),
                                        std::string_view("contains"),
                                        std::string_view("additionalProperties"),
                                        std::string_view("propertyNames"),
                                        std::string_view("not"),
                                        std::string_view("if"),
                                        std::string_view("then"),
                                        std::string_view("else"),
                                        std::string_view("unevaluatedItems"),
                                        std::string_view("unevaluatedProperties"),
                                        std::string_view("contentSchema")};
constexpr std::array kListKeywords = {std::string_view("allOf"), std::string_view("anyOf"),
                                      std::string_view("oneOf"), std::string_view("prefixItems")};
constexpr std::array kMapKeywords = {
    std::string_view("$defs"), std::string_view("definitions"), std::string_view("properties"),
    std::string_view("patternProperties"), std::string_view("dependentSchemas")};

// The value of these keys of OpenAPI is a list, or an object whose keys the author chose.
constexpr std::array kNameMaps = {std::string_view("paths"),         std::string_view("pathItems"),
                                  std::string_view("parameters"),    std::string_view("headers"),
                                  std::string_view("requestBodies"), std::string_view("responses"),
                                  std::string_view("content")};

template <class Names>
bool has(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

void Sources::scan(const Target& document, Embedding embedding) {
  embedding_ = embedding;
  if (embedding == Embedding::openapi_3_0) return;  // OpenAPI 3.0 has neither `$id` nor anchors.
  auto& resource = const_cast<Resource&>(*document.resource);
  if (embedding == Embedding::none || document.node->find("openapi") == nullptr) {
    scan_schema(*document.node, &resource);
  }
  if (embedding == Embedding::openapi_3_1) scan_openapi(*document.node, resource);
}

// Finds the schemas of an OpenAPI document. Examples and default values are skipped, since they may
// look like schemas. Where the author chose the keys, "default" and "example" are ordinary keys.
void Sources::scan_openapi(const Node& node, Resource& resource) {
  if (node.is_scalar() || !visited_.insert(&node).second) return;
  for (const Node* element : node.elements) scan_openapi(*element, resource);
  for (const Member& member : node.members) {
    const std::string& key = member.key->text;
    if (key == "example" || key == "examples" || key == "value" || key == "default") continue;
    if (has(kNameMaps, key)) {
      for (const Member& named : member.value->members) scan_openapi(*named.value, resource);
      for (const Node* element : member.value->elements) scan_openapi(*element, resource);
    } else if (key == "schema" || key == "x-penstock-claims") {
      scan_schema(*member.value, &resource);
    } else if (key == "schemas") {
      for (const Member& schema : member.value->members) scan_schema(*schema.value, &resource);
    } else {
      scan_openapi(*member.value, resource);
    }
  }
}

void Sources::scan_schema(const Node& schema, Resource* resource) {
  if (schema.kind != Node::Kind::object || !scanned_.insert(&schema).second) return;
  if (const Node* id = schema.find("$id"); id != nullptr && id->is(Node::Kind::string)) {
    const std::string base = resolve_uri(resource->base, id->text);
    if (&schema == resource->root) {
      resource->base = base;
      by_uri_.emplace(base, resource);
    } else if (const auto known = by_uri_.find(base); known != by_uri_.end()) {
      problem(*id, "anchor-twice", "$id '" + id->text + "' is used twice");
    } else {
      Resource& own = make_resource(base, schema);
      own.validation = resource->validation;
      own.format_assertion = resource->format_assertion;
      resource = &own;
    }
  }
  by_node_[&schema] = resource;
  read_metaschema(schema, *resource);
  for (const char* keyword : {"$anchor", "$dynamicAnchor"}) {
    const Node* anchor = schema.find(keyword);
    if (anchor == nullptr || !anchor->is(Node::Kind::string)) continue;
    const auto [known, is_new] = resource->anchors.emplace(anchor->text, &schema);
    if (!is_new && known->second != &schema) {
      problem(*anchor, "anchor-twice", "the anchor '" + anchor->text + "' is used twice");
    }
    if (keyword[1] == 'd') resource->dynamic_anchors.emplace(anchor->text, &schema);
  }
  for (const Member& member : schema.members) {
    const std::string& key = member.key->text;
    if (has(kSchemaKeywords, key)) {
      scan_schema(*member.value, resource);
    } else if (has(kListKeywords, key)) {
      for (const Node* one : member.value->elements) scan_schema(*one, resource);
    } else if (has(kMapKeywords, key)) {
      for (const Member& one : member.value->members) scan_schema(*one.value, resource);
    }
  }
}

// Reads the metaschema that `$schema` names. Its `$vocabulary` says which keywords have a meaning
// (JSON Schema core 2020-12 section 8.1).
void Sources::read_metaschema(const Node& schema, Resource& resource) {
  const Node* name = schema.find("$schema");
  if (name == nullptr) return;
  const std::string uri = without_fragment(name->text);
  if (uri == kMetaschema || uri == kOpenapiMetaschema) return;
  if (uri.starts_with("http://json-schema.org/draft-0") || &schema != resource.root) {
    return problem(
        *name, "schema-dialect",
        "$schema '" + name->text + "' is not supported; use '" + std::string(kMetaschema) + "'");
  }
  const Resource* metaschema = load(*name, uri);
  const Node* vocabulary = metaschema == nullptr ? nullptr : metaschema->root->find("$vocabulary");
  if (metaschema != nullptr && vocabulary == nullptr) {
    problem(
        *name, "schema-dialect",
        "$schema '" + name->text + "' is not a dialect of draft 2020-12: it has no $vocabulary");
  }
  if (vocabulary == nullptr) return;
  resource.validation = false;
  for (const Member& entry : vocabulary->members) {
    std::string_view key = entry.key->text;
    const bool known = key.starts_with(kVocabulary);
    if (!known) {
      if (entry.value->boolean) {
        problem(*name, "schema-dialect",
                "$schema: the vocabulary " + entry.key->text + " is not supported");
      }
      continue;
    }
    key.remove_prefix(kVocabulary.size());
    if (key == "validation") resource.validation = true;
    if (key == "format-assertion") resource.format_assertion = true;
  }
}

}  // namespace penstock::contract
