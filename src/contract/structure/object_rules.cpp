#include "contract/structure/object_rules.h"

namespace penstock::contract::object_rules {
namespace {

using Type = FieldRule::Type;

// The fields are in this order: key, type, rule, required, since 3.1.
constexpr FieldRule kExternalDocsFields[] = {{"description"}, {"url", Type::text, nullptr, true}};
constexpr ObjectRule kExternalDocs{"externalDocs", "External Documentation Object",
                                   kExternalDocsFields};

constexpr FieldRule kContactFields[] = {{"name"}, {"url"}, {"email"}};
constexpr ObjectRule kContact{"contact", "Contact Object", kContactFields};

constexpr FieldRule kLicenseFields[] = {
    {"name", Type::text, nullptr, true}, {"url"}, {"identifier", Type::text, nullptr, false, true}};
constexpr ObjectRule kLicense{
    "license", "License Object", kLicenseFields, false, {"url", "identifier"}};

constexpr FieldRule kInfoFields[] = {{"title", Type::text, nullptr, true},
                                     {"version", Type::text, nullptr, true},
                                     {"summary", Type::text, nullptr, false, true},
                                     {"description"},
                                     {"termsOfService"},
                                     {"contact", Type::object, &kContact},
                                     {"license", Type::object, &kLicense}};
constexpr ObjectRule kInfo{"info", "Info Object", kInfoFields};

constexpr FieldRule kTagFields[] = {{"name", Type::text, nullptr, true},
                                    {"description"},
                                    {"externalDocs", Type::object, &kExternalDocs}};
constexpr ObjectRule kTag{"tag", "Tag Object", kTagFields};

constexpr FieldRule kVariableFields[] = {
    {"enum", Type::texts}, {"default", Type::text, nullptr, true}, {"description"}};
constexpr ObjectRule kVariable{"server variable", "Server Variable Object", kVariableFields};

constexpr FieldRule kServerFields[] = {
    {"url", Type::text, nullptr, true}, {"description"}, {"variables", Type::map, &kVariable}};

constexpr FieldRule kLinkFields[] = {{"operationRef"},          {"operationId"},
                                     {"parameters", Type::map}, {"requestBody", Type::anything},
                                     {"description"},           {"server", Type::object, &kServer}};

constexpr FieldRule kExampleFields[] = {
    {"summary"}, {"description"}, {"value", Type::anything}, {"externalValue"}};

// What may be a reference is checked where it is read, after the reference was followed.
constexpr FieldRule kComponentsFields[] = {
    {"schemas", Type::names},         {"responses", Type::names},
    {"parameters", Type::names},      {"examples", Type::names, &kExample},
    {"requestBodies", Type::names},   {"headers", Type::names},
    {"securitySchemes", Type::names}, {"links", Type::names, &kLink},
    {"callbacks", Type::names},       {"pathItems", Type::names, nullptr, false, true}};
constexpr ObjectRule kComponents{"components", "Components Object", kComponentsFields};

constexpr FieldRule kDocumentFields[] = {{"openapi"},
                                         {"info", Type::object, &kInfo, true},
                                         {"servers", Type::list},
                                         {"paths", Type::map},
                                         {"components", Type::object, &kComponents},
                                         {"tags", Type::list, &kTag},
                                         {"externalDocs", Type::object, &kExternalDocs},
                                         {"security", Type::list},
                                         {"webhooks", Type::map, nullptr, false, true},
                                         {"jsonSchemaDialect", Type::text, nullptr, false, true}};

constexpr FieldRule kPathItemFields[] = {{"$ref"},
                                         {"summary"},
                                         {"description"},
                                         {"servers", Type::list},
                                         {"parameters", Type::list},
                                         {"get", Type::object},
                                         {"put", Type::object},
                                         {"post", Type::object},
                                         {"delete", Type::object},
                                         {"options", Type::object},
                                         {"head", Type::object},
                                         {"patch", Type::object},
                                         {"trace", Type::object}};

constexpr FieldRule kOperationFields[] = {{"operationId"},
                                          {"tags", Type::texts},
                                          {"summary"},
                                          {"description"},
                                          {"externalDocs", Type::object, &kExternalDocs},
                                          {"parameters", Type::list},
                                          {"requestBody", Type::object},
                                          {"responses", Type::object},
                                          {"callbacks", Type::map},
                                          {"deprecated", Type::flag},
                                          {"security", Type::list},
                                          {"servers", Type::list}};

constexpr FieldRule kRequestBodyFields[] = {
    {"description"}, {"content", Type::object, nullptr, true}, {"required", Type::flag}};

constexpr FieldRule kResponseFields[] = {{"description", Type::text, nullptr, true},
                                         {"headers", Type::map},
                                         {"content", Type::object},
                                         {"links", Type::map}};

}  // namespace

constinit const ObjectRule kDocument{"document", "OpenAPI Object", kDocumentFields};
constinit const ObjectRule kPathItem{"path", "Path Item Object", kPathItemFields};
constinit const ObjectRule kOperation{"operation", "Operation Object", kOperationFields};
constinit const ObjectRule kRequestBody{"requestBody", "Request Body Object", kRequestBodyFields};
constinit const ObjectRule kResponse{"response", "Response Object", kResponseFields};
constinit const ObjectRule kServer{"server", "Server Object", kServerFields};
constinit const ObjectRule kLink{
    "link", "Link Object", kLinkFields, true, {"operationRef", "operationId"}};
constinit const ObjectRule kExample{
    "example", "Example Object", kExampleFields, true, {"value", "externalValue"}};

}  // namespace penstock::contract::object_rules
