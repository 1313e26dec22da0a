#include "large_document.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <string_view>

namespace penstock::bench {
namespace {

constexpr std::string_view kHead = R"({
  "openapi": "3.0.3",
  "info": {"title": "Large", "version": "1.0.0",
    "description": "Made by bench/contract/large_document.cpp."}
})";

constexpr std::string_view kShared = R"({
  "parameters": {
    "Limit": {"name": "limit", "in": "query", "description": "How many there are on a page.",
              "schema": {"type": "integer", "format": "int32", "minimum": 1, "maximum": 100,
                "default": 20}},
    "Cursor": {"name": "cursor", "in": "query",
      "description": "Where the page begins, from the page before.",
               "schema": {"type": "string", "minLength": 1, "maxLength": 200}}
  },
  "responses": {
    "Problem": {"description": "What is wrong, for machines and for people (RFC 9457).",
                "content": {
                  "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
  },
  "schemas": {
    "Problem": {
      "type": "object",
      "required": ["title", "status"],
      "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 100, "maximum": 599},
        "detail": {"type": "string"}
      }
    }
  }
})";

// In these texts `@` stands for the number of the resource.
constexpr std::string_view kPaths = R"({
  "/resource-@": {
    "get": {
      "operationId": "listResource@", "tags": ["resource-@"],
      "summary": "Lists the resources of kind @.",
      "description": "The newest is the first; a page says where the next one begins.",
      "parameters": [
        {"$ref": "#/components/parameters/Limit"},
        {"$ref": "#/components/parameters/Cursor"},
        {"name": "state", "in": "query", "description": "Only those in one of these states.",
         "schema": {"type": "array", "maxItems": 5,
           "items": {"type": "string", "enum": ["new", "open", "done"]}}},
        {"name": "created_after", "in": "query",
          "schema": {"type": "string", "format": "date-time"}}
      ],
      "responses": {
        "200": {"description": "A page.",
                "content": {
                  "application/json": {"schema": {"$ref": "#/components/schemas/Resource@Page"}}}},
        "default": {"$ref": "#/components/responses/Problem"}
      }
    },
    "post": {
      "operationId": "createResource@", "tags": ["resource-@"],
      "summary": "Makes a resource of kind @.",
      "requestBody": {"required": true,
        "content": {
          "application/json": {"schema": {"$ref": "#/components/schemas/Resource@Draft"}}}},
      "responses": {
        "201": {"description": "It was made.",
                "headers": {"Location": {"description": "Where it is.",
                                         "schema": {"type": "string", "format": "uri-reference"}}},
                "content": {
                  "application/json": {"schema": {"$ref": "#/components/schemas/Resource@"}}}},
        "default": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/resource-@/{id}": {
    "parameters": [
      {"name": "id", "in": "path", "required": true,
        "description": "The number that it got when it was made.",
       "schema": {"type": "string", "pattern": "^r@-[0-9a-f]{8,32}$"}}
    ],
    "get": {
      "operationId": "getResource@", "tags": ["resource-@"], "summary": "One resource of kind @.",
      "responses": {
        "200": {"description": "It.",
                "content": {
                  "application/json": {"schema": {"$ref": "#/components/schemas/Resource@"}}}},
        "404": {"$ref": "#/components/responses/Problem"},
        "default": {"$ref": "#/components/responses/Problem"}
      }
    },
    "put": {
      "operationId": "replaceResource@", "tags": ["resource-@"],
      "summary": "Replaces a resource of kind @.",
      "parameters": [{"name": "If-Match", "in": "header",
        "schema": {"type": "string", "maxLength": 100}}],
      "requestBody": {"required": true,
        "content": {
          "application/json": {"schema": {"$ref": "#/components/schemas/Resource@Draft"}}}},
      "responses": {
        "200": {"description": "As it is now.",
                "content": {
                  "application/json": {"schema": {"$ref": "#/components/schemas/Resource@"}}}},
        "404": {"$ref": "#/components/responses/Problem"},
        "default": {"$ref": "#/components/responses/Problem"}
      }
    },
    "patch": {
      "operationId": "changeResource@", "tags": ["resource-@"],
      "summary": "Changes a resource of kind @.",
      "requestBody": {"required": true,
        "content": {
          "application/json": {"schema": {"$ref": "#/components/schemas/Resource@Change"}}}},
      "responses": {
        "200": {"description": "As it is now.",
                "content": {
                  "application/json": {"schema": {"$ref": "#/components/schemas/Resource@"}}}},
        "default": {"$ref": "#/components/responses/Problem"}
      }
    },
    "delete": {
      "operationId": "deleteResource@", "tags": ["resource-@"],
      "summary": "Removes a resource of kind @.",
      "responses": {"204": {"description": "It is gone."},
        "default": {"$ref": "#/components/responses/Problem"}}
    }
  }
})";
constexpr size_t kOperations = 6;

constexpr std::string_view kSchemas = R"({
  "Resource@": {
    "description": "A resource of kind @, as the service knows it.",
    "allOf": [
      {"$ref": "#/components/schemas/Resource@Draft"},
      {"type": "object", "required": ["id", "created_at"],
       "properties": {
         "id": {"type": "string", "readOnly": true, "pattern": "^r@-[0-9a-f]{8,32}$"},
         "created_at": {"type": "string", "format": "date-time", "readOnly": true},
         "version": {"type": "integer", "format": "int64", "minimum": 1, "readOnly": true}
       }}
    ]
  },
  "Resource@Draft": {
    "type": "object",
    "required": ["name", "state", "amount"],
    "properties": {
      "name": {"type": "string", "minLength": 1, "maxLength": 80,
        "description": "What people call it.",
               "example": "The first of kind @"},
      "state": {"type": "string", "enum": ["new", "open", "done"], "default": "new"},
      "amount": {"type": "number", "minimum": 0, "maximum": 1000000, "multipleOf": 0.01,
        "example": 12.5},
      "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "default": "EUR"},
      "contact": {"type": "string", "format": "email"},
      "link": {"type": "string", "format": "uri", "nullable": true},
      "labels": {"type": "array", "maxItems": 20, "uniqueItems": true,
                 "items": {"type": "string", "pattern": "^[a-z][a-z0-9-]{0,30}$"}},
      "size": {"type": "object", "additionalProperties": false, "required": ["width", "height"],
               "properties": {"width": {"type": "integer", "minimum": 1},
                 "height": {"type": "integer", "minimum": 1}}},
      "parent": {"type": "string", "format": "uuid",
        "description": "Of which it is a part, if it is a part."},
      "notes": {"type": "object", "additionalProperties": {"type": "string", "maxLength": 500}}
    }
  },
  "Resource@Change": {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": false,
    "properties": {
      "name": {"type": "string", "minLength": 1, "maxLength": 80},
      "state": {"type": "string", "enum": ["new", "open", "done"]},
      "amount": {"type": "number", "minimum": 0, "maximum": 1000000}
    }
  },
  "Resource@Page": {
    "type": "object",
    "required": ["items"],
    "properties": {
      "items": {"type": "array", "maxItems": 100,
        "items": {"$ref": "#/components/schemas/Resource@"}},
      "next": {"type": "string", "nullable": true, "description": "The cursor of the next page."}
    }
  }
})";

std::string numbered(std::string_view text, size_t number) {
  std::string out;
  for (const char c : text) {
    if (c == '@') {
      out += std::to_string(number);
    } else {
      out += c;
    }
  }
  return out;
}

void add_members(boost::json::object& to, std::string_view text, size_t number) {
  const boost::json::value parsed = boost::json::parse(numbered(text, number));
  for (const auto& [name, value] : parsed.as_object()) to.emplace(name, value);
}

// Says whether YAML reads the text without quotes as a string, not as a number, null or boolean.
bool is_plain(std::string_view text) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return text.find_first_of(kLetters) == 0 && text.find_first_of(":#") == std::string_view::npos &&
         text != "null" && text != "true" && text != "false";
}

void write_yaml(std::string& out, const boost::json::value& value, size_t indent) {
  const auto line = [&](size_t spaces) { out.append(1, '\n').append(spaces, ' '); };
  if (const auto* object = value.if_object()) {
    bool first = true;
    for (const auto& [name, member] : *object) {
      if (!first) line(indent);
      first = false;
      write_yaml(out, boost::json::value(name), indent);
      out += ':';
      const bool nested = member.is_object() || member.is_array();
      if (nested) {
        line(indent + 2);
      } else {
        out += ' ';
      }
      write_yaml(out, member, indent + 2);
    }
  } else if (const auto* array = value.if_array()) {
    bool first = true;
    for (const boost::json::value& element : *array) {
      if (!first) line(indent);
      first = false;
      out += "- ";
      write_yaml(out, element, indent + 2);
    }
  } else if (value.is_string() && is_plain(value.get_string())) {
    out += std::string_view(value.get_string());
  } else if (value.is_string()) {
    out.append(1, '\'')
        .append(value.get_string())
        .append(1, '\'');  // No text here has an apostrophe.
  } else if (value.is_double()) {
    out += value.get_double() < 1 ? "0.01" : "12.5";  // Those of kSchemas.
  } else {
    out += boost::json::serialize(value);
  }
}

std::string write(const boost::json::value& value, Notation notation) {
  if (notation == Notation::json) return boost::json::serialize(value);
  std::string out;
  write_yaml(out, value, 0);
  return out += '\n';
}

}  // namespace

LargeDocument large_document(Notation notation, size_t bytes) {
  boost::json::object paths;
  boost::json::object components = boost::json::parse(kShared).as_object();
  boost::json::object& schemas = components["schemas"].as_object();
  size_t resources = 0;
  const auto add = [&] {
    add_members(paths, kPaths, resources);
    add_members(schemas, kSchemas, resources);
    ++resources;
  };
  const auto text = [&] {
    boost::json::object document = boost::json::parse(kHead).as_object();
    document["paths"] = paths;
    document["components"] = components;
    return write(document, notation);
  };
  add();
  const size_t one = text().size();
  add();
  const size_t each = text().size() - one;
  while (one + each * (resources - 1) < bytes) add();  // Longer numbers only add to it.
  return {.text = text(), .operations = resources * kOperations, .schemas = schemas.size()};
}

}  // namespace penstock::bench
