// Reads parameters of requests and headers of responses.
#include <algorithm>
#include <array>

#include "contract/openapi/element_reader.h"
#include "contract/parameters/parameter_writer.h"
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

Style default_style(In in) {
  return in == In::query || in == In::cookie ? Style::form : Style::simple;
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
    sources_.problem(*node.find("in"), "parameter-place",
                     "in must be path, query, header or cookie, not '" + in + "'");
  }
  parameter.required = flag(node, "required", false);
  if (parameter.in == In::path && !parameter.required) {
    sources_.problem(node, "path-parameter-optional",
                     "a parameter in the path needs 'required: true'");
  }
  parameter.allow_empty = flag(node, "allowEmptyValue", false);
  if (parameter.allow_empty && parameter.in != In::query) {
    sources_.remark(*node.find("allowEmptyValue"), "no-effect",
                    "allowEmptyValue only has an effect for parameters in the query");
    parameter.allow_empty = false;
  }
  parameter.allow_reserved = flag(node, "allowReserved", false);
  if (parameter.in == In::header && !parameter.name.empty() && !is_token(parameter.name)) {
    sources_.problem(node, "header-name", "'" + parameter.name + "' is not a valid header name");
  }
  read_style(node, parameter);
  read_schema_or_content(at, parameter);
  parameter.examples = read_examples(at);
  return parameter;
}

void ElementReader::read_style(const Node& node, Parameter& parameter) {
  parameter.style = default_style(parameter.in);
  if (const Node* name = node.find("style")) {
    const auto* const known =
        std::find_if(kStyles.begin(), kStyles.end(),
                     [&](const StyleName& style) { return style.name == name->text; });
    if (known == kStyles.end() ||
        std::find(known->in.begin(), known->in.end(), parameter.in) == known->in.end()) {
      sources_.problem(*name, "parameter-style",
                       "style '" + name->text + "' is not allowed for parameters in " +
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
    sources_.remark(*node.find("explode"), "no-effect",
                    "explode has no effect with style deepObject, which is always exploded");
    parameter.explode = true;
  }
}

void ElementReader::read_schema_or_content(const Target& at, Parameter& parameter) {
  const Target schema = member(at, "schema");
  const Target content = member(at, "content");
  if ((schema.node == nullptr) == (content.node == nullptr)) {
    return sources_.problem(*at.node, "schema-or-content",
                            "a parameter or header needs either 'schema' or 'content'");
  }
  if (schema.node != nullptr) {
    parameter.schema = schemas_.compile(*schema.node, *schema.resource);
    return;
  }
  const Node& types = *content.node;
  if (types.members.size() != 1) {
    return sources_.problem(types, "parameter-content",
                            "the content of a parameter must be one media type");
  }
  const auto type = parse_content_type(types.members[0].key->text);
  const BodyKind kind = kind_of(type ? type->type : "");
  const Target media = resolve({types.members[0].value, content.resource});
  if (media.node == nullptr) return;
  refuse_other_keys(*media.node, "the content of a parameter", {"schema", "example", "examples"});
  for (const char* key : {"style", "explode", "allowReserved"}) {
    if (const Node* of_text = at.node->find(key)) {
      sources_.remark(*of_text, "no-effect", std::string(key) + " has no effect beside 'content'");
    }
  }
  parameter.style = default_style(parameter.in);
  const Target of_content = member(media, "schema");
  if (of_content.node == nullptr) {
    return sources_.problem(*media.node, "parameter-content",
                            "a parameter's content needs 'schema'");
  }
  parameter.schema = schemas_.compile(*of_content.node, *of_content.resource);
  if (kind == BodyKind::json) {
    parameter.shape.kind = Shape::Kind::json;
  } else if ((kind != BodyKind::text && (!type || type->type != "*/*")) ||
             type->type.ends_with("xml")) {
    parameter.unreadable = "its content is neither JSON nor text";
  }
}

std::string ElementReader::complete(Parameter& parameter) {
  if (parameter.schema == nullptr) return "";
  if (parameter.shape.kind != Shape::Kind::json && parameter.unreadable.empty()) {
    const bool is_deep = parameter.style == Style::deep_object;
    if (auto shape = shape_of(*parameter.schema, is_deep ? kNestedMax : 1)) {
      parameter.shape = std::move(*shape);
    } else {
      parameter.unreadable = shape.error().message;
    }
  }
  if (parameter.unreadable.empty()) parameter.unreadable = choose_reading(parameter);
  if (parameter.unreadable.empty() && parameter.node->find("content") != nullptr &&
      parameter.shape.kind != Shape::Kind::scalar && parameter.shape.kind != Shape::Kind::json) {
    parameter.unreadable = "its content is text, which cannot be an array or object";
  }
  if (!parameter.unreadable.empty()) {
    const std::string why = "parameter '" + parameter.name + "': " + parameter.unreadable;
    sources_.remark(*parameter.node, "parameter-unreadable",
                    why + "; OpenAPI does not define this, so the operation is not served");
    return why;
  }
  remark_undefined(parameter);
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
  if (value == nullptr) return "";
  parameter.default_value = schemas_.copy(*value);
  if (!parameter.default_value) {
    sources_.problem(*value, "too-many-values", SchemaCompiler::many_values("default"));
  } else if (!is_valid(*parameter.schema, *parameter.default_value)) {
    // This is the remark of the compiler of schemas, which says it of any default that does not
    // match its own schema. Beside a reference a parameter's schema may ask for more than that.
    sources_.remark(*value, "default-invalid", SchemaCompiler::wrong_default());
    parameter.default_value.reset();
  } else {
    parameter.default_text = text_of(parameter, *parameter.default_value);
  }
  return "";
}

// OpenAPI leaves open how some values are written. Those that can be told apart are read.
void ElementReader::remark_undefined(const Parameter& parameter) {
  const Shape& shape = parameter.shape;
  const auto remark = [&](std::string_view kind, const std::string& sentence) {
    sources_.remark(*parameter.node, kind, "parameter '" + parameter.name + "': " + sentence);
  };
  const bool is_list = shape.kind == Shape::Kind::array || shape.kind == Shape::Kind::object;
  if (is_list && shape.types != 0 && !shape.is_untyped) {
    remark("parameter-union",
           "OpenAPI does not define how a scalar differs from a list as text; one text without a "
           "separator "
           "is a scalar if that is valid");
  }
  const bool is_deep = parameter.style == Style::deep_object;
  if (is_deep && shape.kind == Shape::Kind::array) {
    remark("parameter-style-undefined",
           "OpenAPI does not define style deepObject for arrays; they are read as 'name[]=1', "
           "'name[0]=1' or 'name=1'");
  }
  if (!is_list && (is_deep || parameter.style == Style::space_delimited ||
                   parameter.style == Style::pipe_delimited)) {
    remark("parameter-style-undefined",
           "OpenAPI does not define this style for scalars; they are read as in style form");
  }
  if (is_list && parameter.in == In::cookie && parameter.reading != Reading::cut) {
    remark("parameter-style-undefined",
           "OpenAPI does not define 'explode: true' in a cookie; each value is read from a cookie "
           "of its own");
  }
  const auto has_list = [](const PartTypes& part) { return part.nested != nullptr; };
  const bool has_inside = has_list(shape.element) || has_list(shape.unnamed) ||
                          std::any_of(shape.named.begin(), shape.named.end(),
                                      [&](const auto& one) { return has_list(one.second); });
  if (is_list && has_inside && parameter.reading == Reading::nested) {
    remark("parameter-nested",
           "OpenAPI does not define how a list inside is written; it is read as 'name[a][b]=1', "
           "'name[a][]=1' or 'name[a][0]=1'");
  } else if (is_list && has_inside && parameter.reading == Reading::members) {
    remark("parameter-nested",
           "OpenAPI does not define how an array inside is written; it is read as 'a=1&a=2'");
  }
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
