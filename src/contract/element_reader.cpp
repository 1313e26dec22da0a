#include "contract/element_reader.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace penstock::contract {
namespace {

using Kind = Node::Kind;

constexpr int kReferencesMax = 20;  // `$ref` to `$ref`: a longer chain is a circle.

struct StyleName {
  std::string_view name;
  Style style;
  std::initializer_list<In> in;
};

const std::array<StyleName, 7> kStyles = {{{"simple", Style::simple, {In::path, In::header}},
                                           {"label", Style::label, {In::path}},
                                           {"matrix", Style::matrix, {In::path}},
                                           {"form", Style::form, {In::query, In::cookie}},
                                           {"spaceDelimited", Style::space_delimited, {In::query}},
                                           {"pipeDelimited", Style::pipe_delimited, {In::query}},
                                           {"deepObject", Style::deep_object, {In::query}}}};

std::optional<In> in_of(std::string_view text) {
  for (const In in : {In::path, In::query, In::header, In::cookie}) {
    if (name_of(in) == text) return in;
  }
  return std::nullopt;
}

}  // namespace

void ElementReader::only(const Node& object, std::string_view what,
                         std::initializer_list<std::string_view> keys) {
  for (const Member& member : object.members) {
    const std::string& key = member.key->text;
    if (key.starts_with("x-") || std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    sources_.problem(*member.key, std::string(what) + ": '" + key + "' is not enforced, so it is refused");
  }
}

std::string ElementReader::text(const Node& object, std::string_view key, std::string_view what) {
  const Node* node = object.find(key);
  if (node != nullptr && node->is_scalar() && !node->text.empty()) return node->text;
  sources_.problem(node != nullptr ? *node : object, std::string(what) + " needs '" + std::string(key) + "'");
  return "";
}

bool ElementReader::flag(const Node& object, std::string_view key, bool otherwise) {
  const Node* node = object.find(key);
  if (node == nullptr) return otherwise;
  if (node->is(Kind::boolean)) return node->boolean;
  sources_.problem(*node, std::string(key) + " must be true or false");
  return otherwise;
}

Target ElementReader::member(const Target& of, std::string_view key) const {
  const Node* node = of.node->find(key);
  return node == nullptr ? Target{} : Target{node, &sources_.resource_of(*node, *of.resource)};
}

Target ElementReader::resolve(Target at) {
  for (int i = 0; i < kReferencesMax; ++i) {
    if (!at.node->is(Kind::object)) {
      sources_.problem(*at.node, "must be an object");
      return {};
    }
    const Node* reference = at.node->find("$ref");
    if (reference == nullptr) return at;
    const Target next = sources_.resolve(*reference, reference->text, *at.resource);
    if (next.node == nullptr) return {};
    at = next;
  }
  sources_.problem(*at.node, "$ref leads in a circle");
  return {};
}

Parameter ElementReader::parameter(const Target& at) {
  const Node& node = *at.node;
  Parameter parameter{.name = text(node, "name", "a parameter"), .node = &node};
  only(node, "parameter",
       {"name", "in", "description", "required", "deprecated", "allowEmptyValue", "style", "explode",
        "allowReserved", "schema", "content", "example", "examples"});
  const std::string in = text(node, "in", "a parameter");
  if (const auto known = in_of(in)) {
    parameter.in = *known;
  } else if (!in.empty()) {
    sources_.problem(*node.find("in"), "in: '" + in + "' is none of path, query, header, cookie");
  }
  parameter.required = flag(node, "required", false);
  if (parameter.in == In::path && !parameter.required)
    sources_.problem(node, "a parameter in the path must say 'required: true'");
  parameter.allow_empty = flag(node, "allowEmptyValue", false);
  if (parameter.allow_empty && parameter.in != In::query)
    sources_.problem(*node.find("allowEmptyValue"), "allowEmptyValue is for parameters in the query alone");
  for (const std::string_view reserved : {"accept", "content-type", "authorization"}) {
    if (parameter.in == In::header && equal_ignoring_case(parameter.name, reserved)) {
      sources_.problem(
          node, "the header " + parameter.name +
                    " is no parameter (OpenAPI, parameter object): media types and security declare it");
    }
  }
  style(node, parameter);
  schema_or_content(at, parameter);
  return parameter;
}

void ElementReader::style(const Node& node, Parameter& parameter) {
  parameter.style = parameter.in == In::query || parameter.in == In::cookie ? Style::form : Style::simple;
  if (const Node* name = node.find("style")) {
    const auto* const known = std::find_if(kStyles.begin(), kStyles.end(),
                                           [&](const StyleName& style) { return style.name == name->text; });
    if (known == kStyles.end() ||
        std::find(known->in.begin(), known->in.end(), parameter.in) == known->in.end()) {
      sources_.problem(*name, "style '" + name->text + "' is none for parameters in " +
                                  std::string(name_of(parameter.in)));
    } else {
      parameter.style = known->style;
    }
  }
  parameter.explode =
      flag(node, "explode", parameter.style == Style::form || parameter.style == Style::deep_object);
  // Exploded, they are what form is.
  const bool delimited =
      parameter.style == Style::space_delimited || parameter.style == Style::pipe_delimited;
  if (delimited && parameter.explode) parameter.style = Style::form;
  if (parameter.style == Style::deep_object && !parameter.explode)
    sources_.problem(*node.find("explode"), "a deepObject is always exploded");
}

void ElementReader::schema_or_content(const Target& at, Parameter& parameter) {
  const Target schema = member(at, "schema");
  const Target content = member(at, "content");
  if ((schema.node == nullptr) == (content.node == nullptr))
    return sources_.problem(*at.node, "a parameter or header needs either 'schema' or 'content'");
  if (schema.node != nullptr) {
    parameter.schema = schemas_.compile(*schema.node, *schema.resource);
    return;
  }
  const Node& types = *content.node;
  if (types.members.size() != 1 || kind_of(types.members[0].key->text) != BodyKind::json)
    return sources_.problem(types, "the content of a parameter must be one media type, and JSON");
  const Target media = resolve({types.members[0].value, content.resource});
  if (media.node == nullptr) return;
  const Target inner = member(media, "schema");
  if (inner.node == nullptr) return sources_.problem(*media.node, "a parameter's content needs 'schema'");
  parameter.schema = schemas_.compile(*inner.node, *inner.resource);
  parameter.shape.kind = Shape::Kind::json;
}

void ElementReader::complete(Parameter& parameter) {
  if (parameter.schema == nullptr) return;
  if (parameter.shape.kind != Shape::Kind::json) {
    std::string why_not;
    const auto shape = shape_of(*parameter.schema, why_not);
    if (!shape) return sources_.problem(*parameter.node, "parameter '" + parameter.name + "': " + why_not);
    parameter.shape = *shape;
    const bool is_object = shape->kind == Shape::Kind::object;
    if (parameter.style == Style::deep_object && !is_object)
      sources_.problem(*parameter.node, "parameter '" + parameter.name + "': a deepObject must be an object");
    const bool delimited =
        parameter.style == Style::space_delimited || parameter.style == Style::pipe_delimited;
    if (delimited && shape->kind == Shape::Kind::scalar)
      sources_.problem(*parameter.node,
                       "parameter '" + parameter.name + "': the style is for arrays and objects");
    if (parameter.in == In::cookie && parameter.explode && shape->kind != Shape::Kind::scalar) {
      sources_.problem(*parameter.node, "parameter '" + parameter.name +
                                            "': an array or object in a cookie needs 'explode: false'");
    }
  }
  parameter.plain = parameter.shape.kind == Shape::Kind::scalar && is_plain_string(*parameter.schema) &&
                    parameter.style != Style::label && parameter.style != Style::matrix;
  const Schema* schema = parameter.schema;
  while (schema->node->find("default") == nullptr && schema->composition &&
         schema->composition->reference != nullptr) {
    schema = schema->composition->reference;
  }
  const Node* value = schema->node->is(Kind::object) ? schema->node->find("default") : nullptr;
  if (value == nullptr) return;
  parameter.default_value = to_json(*value);
  if (!parameter.default_value || !is_valid(*parameter.schema, *parameter.default_value))
    return sources_.problem(*value, "the default does not match its schema");
  parameter.default_text = text_of(parameter, *parameter.default_value);
}

// Of a text or bytes only what can be told from it is enforced.
void ElementReader::complete(const MediaType& media) {
  if (media.schema == nullptr || media.kind == BodyKind::json || media.is_range()) return;
  const Schema& schema = *media.schema;
  if ((types_of(schema) & type::string) == 0)
    return sources_.problem(*schema.node, "a body of type " + media.type + " is a string");
  const bool more = schema.composition || schema.enumeration || schema.constant ||
                    (schema.string && (schema.string->pattern || schema.string->format != nullptr));
  if (media.kind == BodyKind::bytes && more)
    sources_.problem(*schema.node,
                     "of a body of type " + media.type + " only minLength and maxLength are enforced");
}

std::vector<MediaType> ElementReader::content(const Target& at) {
  std::vector<MediaType> all;
  if (!at.node->is(Kind::object)) {
    sources_.problem(*at.node, "content must be an object of media types");
    return all;
  }
  for (const Member& member : at.node->members) {
    const auto type = parse_content_type(member.key->text);
    if (!type) {
      sources_.problem(*member.key, "'" + member.key->text + "' is no media type");
      continue;
    }
    MediaType& media = all.emplace_back(MediaType{.type = std::string(type->type), .node = member.value});
    std::transform(media.type.begin(), media.type.end(), media.type.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    media.kind = kind_of(media.type);
    media.header = media.kind == BodyKind::text ? media.type + "; charset=utf-8" : media.type;
    for (const std::string_view refused :
         {"multipart/", "application/x-www-form-urlencoded", "application/xml"}) {
      if (media.type.starts_with(refused) || media.type.ends_with("+xml")) {
        sources_.problem(*member.key,
                         "bodies of type " + media.type + " are not enforced, so they are refused");
        break;
      }
    }
    const Target inner = resolve({member.value, at.resource});
    if (inner.node == nullptr) continue;
    media.node = inner.node;
    only(*inner.node, media.type, {"schema", "example", "examples"});
    if (const Target schema = this->member(inner, "schema"); schema.node != nullptr)
      media.schema = schemas_.compile(*schema.node, *schema.resource);
  }
  return all;
}

RequestBody ElementReader::body(const Target& at) {
  RequestBody body{.required = flag(*at.node, "required", false), .content = {}};
  only(*at.node, "requestBody", {"description", "required", "content"});
  const Target content = member(at, "content");
  if (content.node == nullptr) {
    sources_.problem(*at.node, "a requestBody needs 'content'");
  } else {
    body.content = this->content(content);
  }
  return body;
}

Parameter ElementReader::header(const std::string& name, Target at) {
  Parameter header{.name = name, .in = In::header, .style = Style::simple, .explode = false, .node = at.node};
  at = resolve(at);
  if (at.node == nullptr) return header;
  header.node = at.node;
  only(*at.node, "header",
       {"description", "required", "deprecated", "style", "explode", "schema", "content", "example",
        "examples"});
  header.required = flag(*at.node, "required", false);
  style(*at.node, header);
  schema_or_content(at, header);
  return header;
}

void ElementReader::statuses(const Node& status, Response& response) {
  const std::string& text = status.text;
  if (text == "default") {
    response.first = 0;
    response.last = 999;
    return;
  }
  unsigned number = 0;
  const bool range = text.size() == 3 && text.ends_with("XX");
  const char* end = text.data() + (range ? 1 : text.size());
  const auto read = std::from_chars(text.data(), end, number);
  if (range) number *= 100;
  if (read.ec != std::errc() || read.ptr != end || number < 200 || number > 599)
    sources_.problem(status, "a response's status must be 200 to 599, 2XX to 5XX, or default");
  response.first = number;
  response.last = range ? number + 99 : number;
}

Response ElementReader::response(const Node& status, const Target& at) {
  Response response;
  response.node = at.node;
  statuses(status, response);
  only(*at.node, "response", {"description", "headers", "content", "links"});
  if (const Target headers = member(at, "headers"); headers.node != nullptr) {
    for (const Member& entry : headers.node->members) {
      if (equal_ignoring_case(entry.key->text, "content-type")) continue;  // OpenAPI: "SHALL be ignored".
      response.headers.push_back(header(entry.key->text, {entry.value, headers.resource}));
    }
  }
  if (const Target content = member(at, "content"); content.node != nullptr)
    response.content = this->content(content);
  return response;
}

EventDeclaration ElementReader::event(const Target& at) {
  EventDeclaration event;
  const Node& node = *at.node;
  if (!node.is(Kind::object)) {
    sources_.problem(node, "x-event must be an object");
    return event;
  }
  only(node, "x-event", {"type", "topic", "key", "delivery", "schema"});
  event.type = text(node, "type", "x-event");
  event.topic = text(node, "topic", "x-event");
  if (const Node* key = node.find("key"); key != nullptr && key->text != "none") {
    event.key_pointer = key->text;
    if (!event.key_pointer.starts_with('/')) {
      sources_.problem(*key,
                       "x-event: key must be none, or a JSON Pointer into the event's value, as in '/id'");
    }
  }
  if (const Node* delivery = node.find("delivery")) {
    event.acknowledged = delivery->text == "acknowledged";
    if (!event.acknowledged && delivery->text != "best_effort")
      sources_.problem(*delivery, "x-event: delivery must be acknowledged or best_effort");
  }
  if (const Target schema = member(at, "schema"); schema.node != nullptr)
    event.schema = schemas_.compile(*schema.node, *schema.resource);
  return event;
}

}  // namespace penstock::contract
