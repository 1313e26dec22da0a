#include "contract/bundle/object_kinds.h"

#include <algorithm>
#include <array>

namespace penstock::contract {
namespace {

using Kind = ObjectKind;

struct Entry {
  Kind of;
  std::string_view key;
  MemberKind member;
};

// These are the objects of OpenAPI 3.0 and 3.1 that can have references within them.
constexpr std::array kEntries = {
    Entry{Kind::document, "paths", {Kind::path_item, true}},
    Entry{Kind::document, "webhooks", {Kind::path_item, true}},
    Entry{Kind::document, "components", {Kind::components}},
    Entry{Kind::components, "schemas", {Kind::schema, true}},
    Entry{Kind::components, "responses", {Kind::response, true}},
    Entry{Kind::components, "parameters", {Kind::parameter, true}},
    Entry{Kind::components, "examples", {Kind::example, true}},
    Entry{Kind::components, "requestBodies", {Kind::request_body, true}},
    Entry{Kind::components, "headers", {Kind::header, true}},
    Entry{Kind::components, "securitySchemes", {Kind::security_scheme, true}},
    Entry{Kind::components, "links", {Kind::link, true}},
    Entry{Kind::components, "callbacks", {Kind::callback, true}},
    Entry{Kind::components, "pathItems", {Kind::path_item, true}},
    Entry{Kind::path_item, "parameters", {Kind::parameter}},
    Entry{Kind::path_item, "get", {Kind::operation}},
    Entry{Kind::path_item, "put", {Kind::operation}},
    Entry{Kind::path_item, "post", {Kind::operation}},
    Entry{Kind::path_item, "delete", {Kind::operation}},
    Entry{Kind::path_item, "options", {Kind::operation}},
    Entry{Kind::path_item, "head", {Kind::operation}},
    Entry{Kind::path_item, "patch", {Kind::operation}},
    Entry{Kind::path_item, "trace", {Kind::operation}},
    Entry{Kind::operation, "parameters", {Kind::parameter}},
    Entry{Kind::operation, "requestBody", {Kind::request_body}},
    Entry{Kind::operation, "responses", {Kind::response, true}},
    Entry{Kind::operation, "callbacks", {Kind::callback, true}},
    Entry{Kind::operation, "x-event", {Kind::event}},
    Entry{Kind::operation, "x-events", {Kind::events}},
    Entry{Kind::events, "events", {Kind::event}},
    Entry{Kind::event, "schema", {Kind::schema}},
    Entry{Kind::security_scheme, "x-penstock-claims", {Kind::schema}},
    Entry{Kind::parameter, "schema", {Kind::schema}},
    Entry{Kind::parameter, "content", {Kind::media_type, true}},
    Entry{Kind::parameter, "examples", {Kind::example, true}},
    Entry{Kind::header, "schema", {Kind::schema}},
    Entry{Kind::header, "content", {Kind::media_type, true}},
    Entry{Kind::header, "examples", {Kind::example, true}},
    Entry{Kind::request_body, "content", {Kind::media_type, true}},
    Entry{Kind::response, "headers", {Kind::header, true}},
    Entry{Kind::response, "content", {Kind::media_type, true}},
    Entry{Kind::response, "links", {Kind::link, true}},
    Entry{Kind::media_type, "schema", {Kind::schema}},
    Entry{Kind::media_type, "examples", {Kind::example, true}},
    Entry{Kind::media_type, "encoding", {Kind::encoding, true}},
    Entry{Kind::encoding, "headers", {Kind::header, true}},
    Entry{Kind::schema, "properties", {Kind::schema, true}},
    Entry{Kind::schema, "patternProperties", {Kind::schema, true}},
    Entry{Kind::schema, "$defs", {Kind::schema, true}},
    Entry{Kind::schema, "definitions", {Kind::schema, true}},
    Entry{Kind::schema, "dependentSchemas", {Kind::schema, true}},
    Entry{Kind::schema, "allOf", {Kind::schema}},
    Entry{Kind::schema, "anyOf", {Kind::schema}},
    Entry{Kind::schema, "oneOf", {Kind::schema}},
    Entry{Kind::schema, "not", {Kind::schema}},
    Entry{Kind::schema, "if", {Kind::schema}},
    Entry{Kind::schema, "then", {Kind::schema}},
    Entry{Kind::schema, "else", {Kind::schema}},
    Entry{Kind::schema, "items", {Kind::schema}},
    Entry{Kind::schema, "prefixItems", {Kind::schema}},
    Entry{Kind::schema, "contains", {Kind::schema}},
    Entry{Kind::schema, "additionalProperties", {Kind::schema}},
    Entry{Kind::schema, "propertyNames", {Kind::schema}},
    Entry{Kind::schema, "unevaluatedItems", {Kind::schema}},
    Entry{Kind::schema, "unevaluatedProperties", {Kind::schema}},
    Entry{Kind::schema, "contentSchema", {Kind::schema}},
};

}  // namespace

MemberKind member_kind(ObjectKind of, std::string_view key) {
  if (of == Kind::callback) return {Kind::path_item};  // Its keys are expressions.
  const auto* const found = std::find_if(kEntries.begin(), kEntries.end(), [&](const Entry& entry) {
    return entry.of == of && entry.key == key;
  });
  return found == kEntries.end() ? MemberKind{} : found->member;
}

std::string_view section_of(ObjectKind kind) {
  if (kind == Kind::path_item) return "";
  const auto* const found = std::find_if(kEntries.begin(), kEntries.end(), [&](const Entry& entry) {
    return entry.of == Kind::components && entry.member.kind == kind;
  });
  return found == kEntries.end() ? std::string_view() : found->key;
}

}  // namespace penstock::contract
