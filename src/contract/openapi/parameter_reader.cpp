// Reads parameters of requests and headers of responses.
#include <algorithm>
#include <array>

#include "contract/openapi/element_reader.h"
#include "contract/schema/schema.h"

namespace penstock::contract {
namespace {

using Kind = Node::Kind;

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

Parameter ElementReader::read_parameter(const Target& at) {
  const Node& node = *at.node;
  Parameter parameter{.name = required_text(node, "name", "a parameter"), .node = &node};
  refuse_other_keys(
      node, "parameter",
      {"name", "in", "description", "required", "deprecated", "allowEmptyValue", "style", "explode",
       "allowReserved", "schema", "content", "example", "examples"});
  const std::string in = required_text(node, "in", "a parameter");
  if (const auto known = in_of(in)) {
    parameter.in = *known;
  } else if (!in.empty()) {
    sources_.problem(*node.find("in"),
                     "in must be path, query, header or cookie, not '" + in + "'");
  }
  parameter.required = flag(node, "required", false);
  if (parameter.in == In::path && !parameter.required) {
    sources_.problem(node, "a parameter in the path needs 'required: true'");
  }
  parameter.allow_empty = flag(node, "allowEmptyValue", false);
  if (parameter.allow_empty && parameter.in != In::query) {
    sources_.problem(*node.find("allowEmptyValue"),
                     "allowEmptyValue is only allowed for parameters in the query");
  }
  parameter.allow_reserved = flag(node, "allowReserved", false);
  if (parameter.in == In::header && !parameter.name.empty() && !is_token(parameter.name)) {
    sources_.problem(node, "'" + parameter.name + "' is not a valid header name");
  }
  read_style(node, parameter);
  read_schema_or_content(at, parameter);
  parameter.examples = read_examples(at);
  return parameter;
}

void ElementReader::read_style(const Node& node, Parameter& parameter) {
  parameter.style =
      parameter.in == In::query || parameter.in == In::cookie ? Style::form : Style::simple;
  if (const Node* name = node.find("style")) {
    const auto* const known =
        std::find_if(kStyles.begin(), kStyles.end(),
                     [&](const StyleName& style) { return style.name == name->text; });
    if (known == kStyles.end() ||
        std::find(known->in.begin(), known->in.end(), parameter.in) == known->in.end()) {
      sources_.problem(*name, "style '" + name->text + "' is not allowed for parameters in " +
                                  std::string(name_of(parameter.in)));
    } else {
      parameter.style = known->style;
    }
  }
  parameter.explode = flag(node, "explode",
                           parameter.style == Style::form || parameter.style == Style::deep_object);
  // With `explode`, these styles are the same as `form`: the name is repeated for each element.
  const bool delimited =
      parameter.style == Style::space_delimited || parameter.style == Style::pipe_delimited;
  if (delimited && parameter.explode) parameter.style = Style::form;
  if (parameter.style == Style::deep_object && !parameter.explode) {
    sources_.problem(*node.find("explode"),
                     "style deepObject needs 'explode: true', which is its default");
  }
}

void ElementReader::read_schema_or_content(const Target& at, Parameter& parameter) {
  const Target schema = member(at, "schema");
  const Target content = member(at, "content");
  if ((schema.node == nullptr) == (content.node == nullptr)) {
    return sources_.problem(*at.node, "a parameter or header needs either 'schema' or 'content'");
  }
  if (schema.node != nullptr) {
    parameter.schema = schemas_.compile(*schema.node, *schema.resource);
    return;
  }
  const Node& types = *content.node;
  if (types.members.size() != 1 || kind_of(types.members[0].key->text) != BodyKind::json) {
    return sources_.problem(
        types, "the content of a parameter must be one media type, which must be JSON");
  }
  const Target media = resolve({types.members[0].value, content.resource});
  if (media.node == nullptr) return;
  refuse_other_keys(*media.node, "the content of a parameter", {"schema", "example", "examples"});
  for (const char* key : {"style", "explode", "allowReserved"}) {
    if (const Node* of_text = at.node->find(key)) {
      sources_.problem(*of_text, std::string(key) + " has no effect beside 'content'; remove it");
    }
  }
  const Target of_content = member(media, "schema");
  if (of_content.node == nullptr) {
    return sources_.problem(*media.node, "a parameter's content needs 'schema'");
  }
  parameter.schema = schemas_.compile(*of_content.node, *of_content.resource);
  parameter.shape.kind = Shape::Kind::json;
}

void ElementReader::complete(Parameter& parameter) {
  if (parameter.schema == nullptr) return;
  if (parameter.shape.kind != Shape::Kind::json) {
    const auto shape = shape_of(*parameter.schema);
    if (!shape) {
      return sources_.problem(*parameter.node,
                              "parameter '" + parameter.name + "': " + shape.error().message);
    }
    parameter.shape = *shape;
    const bool is_object = shape->kind == Shape::Kind::object;
    if (parameter.style == Style::deep_object && !is_object) {
      sources_.problem(*parameter.node,
                       "parameter '" + parameter.name + "': style deepObject is only for objects");
    }
    const bool delimited =
        parameter.style == Style::space_delimited || parameter.style == Style::pipe_delimited;
    if (delimited && shape->kind == Shape::Kind::scalar) {
      sources_.problem(*parameter.node, "parameter '" + parameter.name +
                                            "': the style is only for arrays and objects");
    }
    if (parameter.in == In::cookie && parameter.explode && shape->kind != Shape::Kind::scalar) {
      sources_.problem(*parameter.node,
                       "parameter '" + parameter.name +
                           "': an array or object in a cookie needs 'explode: false'");
    }
  }
  parameter.plain = parameter.shape.kind == Shape::Kind::scalar &&
                    is_plain_string(*parameter.schema) && parameter.style != Style::label &&
                    parameter.style != Style::matrix;
  const Schema* schema = parameter.schema;
  // OpenAPI 3.0 ignores the siblings of a `$ref` (OpenAPI 3.0.3 section 4.7.23).
  const bool is_3_0 = schemas_.options().dialect == Dialect::openapi_3_0;
  while (schema->composition && schema->composition->reference != nullptr &&
         (is_3_0 || schema->node->find("default") == nullptr)) {
    schema = schema->composition->reference;
  }
  const Node* value = schema->node->is(Kind::object) ? schema->node->find("default") : nullptr;
  if (value == nullptr) return;
  parameter.default_value = schemas_.copy(*value);
  if (!parameter.default_value) {
    return sources_.problem(*value, SchemaCompiler::many_values("default"));
  }
  if (!is_valid(*parameter.schema, *parameter.default_value)) {
    return sources_.problem(*value, "the default does not match its schema");
  }
  parameter.default_text = text_of(parameter, *parameter.default_value);
}

Parameter ElementReader::read_header(const std::string& name, Target at) {
  Parameter header{
      .name = name, .in = In::header, .style = Style::simple, .explode = false, .node = at.node};
  at = resolve(at);
  if (at.node == nullptr) return header;
  header.node = at.node;
  refuse_other_keys(*at.node, "header",
                    {"description", "required", "deprecated", "style", "explode", "schema",
                     "content", "example", "examples"});
  header.required = flag(*at.node, "required", false);
  read_style(*at.node, header);
  read_schema_or_content(at, header);
  header.examples = read_examples(at);
  return header;
}

}  // namespace penstock::contract
