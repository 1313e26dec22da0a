#include "contract/schema_compiler.h"

#include <re2/re2.h>

#include <boost/json/parse.hpp>
#include <cmath>
#include <map>

namespace penstock::contract {

namespace json = boost::json;

namespace {

constexpr int kDepthMax = 32;                // Nested schemas; a deeper one is a recursive one.
constexpr int64_t kPatternMemory = 1 << 20;  // For RE2's compiled program.

const std::map<std::string_view, Schema::Type> kTypes{
    {"string", Schema::string},   {"integer", Schema::integer}, {"number", Schema::number},
    {"boolean", Schema::boolean}, {"object", Schema::object},   {"array", Schema::array}};

class Compiler {
 public:
  explicit Compiler(Source& source) : source_(source) {}

  std::shared_ptr<const Schema> compile(const YAML::Node& reference, int depth) {
    auto schema = std::make_shared<Schema>();
    if (depth > kDepthMax) {
      source_.problem(reference,
                      "schema: nested too deeply, or it contains itself, which this version does not know");
      return schema;
    }
    const YAML::Node node = source_.resolve(reference);
    if (!node.IsDefined()) return schema;
    if (!node.IsMap()) {
      source_.problem(node, "schema: must be a map");
      return schema;
    }
    source_.only(node, "schema",
                 {"type", "nullable", "enum", "minLength", "maxLength", "pattern", "minimum", "maximum",
                  "minItems", "maxItems", "items", "properties", "required", "additionalProperties", "format",
                  // Annotations: they enforce nothing.
                  "title", "description", "example", "examples", "default", "deprecated"});
    type(node, *schema);
    strings_and_numbers(node, *schema);
    object(node, *schema, depth);
    array(node, *schema, depth);
    return schema;
  }

 private:
  void type(const YAML::Node& node, Schema& schema) {
    if (const YAML::Node type = node["type"]; type.IsDefined()) {
      const auto found = kTypes.find(type.IsScalar() ? type.Scalar() : "");
      if (found == kTypes.end()) {
        source_.problem(type, "schema: type must be string, integer, number, boolean, object or array");
      } else {
        schema.type = found->second;
      }
    }
    if (const YAML::Node nullable = node["nullable"]; nullable.IsDefined()) {
      if (!YAML::convert<bool>::decode(nullable, schema.nullable)) {
        source_.problem(nullable, "schema: nullable must be true or false");
      }
    }
    if (const YAML::Node values = node["enum"]; values.IsDefined()) {
      if (!values.IsSequence() || values.size() == 0)
        source_.problem(values, "schema: enum must be a list of values");
      for (const YAML::Node& value : values) schema.enumeration.push_back(scalar(value));
    }
    format(node, schema);
  }

  void format(const YAML::Node& node, Schema& schema) {
    const YAML::Node format = node["format"];
    if (!format.IsDefined()) return;
    const std::string name = format.IsScalar() ? format.Scalar() : "";
    if (name == "int32") {
      schema.minimum = -2147483648.0;
      schema.maximum = 2147483647.0;
    } else if (name != "int64" && name != "double") {  // What Boost.JSON holds anyway.
      source_.problem(format,
                      "schema: format '" + name + "' is not enforced by this version, so it is refused");
    }
  }

  // Quoted scalars are strings; plain ones are what JSON reads in them.
  json::value scalar(const YAML::Node& node) {
    if (node.IsNull()) return nullptr;
    if (!node.IsScalar()) {
      source_.problem(node,
                      "schema: enum of lists or maps is not enforced by this version, so it is refused");
      return {};
    }
    if (node.Tag() != "!") {
      boost::system::error_code error;
      json::value value = json::parse(node.Scalar(), error);
      if (!error) return value;
    }
    return json::string(node.Scalar());
  }

  std::optional<uint64_t> length(const YAML::Node& node, const char* key) {
    const YAML::Node value = node[key];
    if (!value.IsDefined()) return std::nullopt;
    uint64_t number = 0;
    if (!value.IsScalar() || value.Scalar().starts_with('-') ||
        !YAML::convert<uint64_t>::decode(value, number)) {
      source_.problem(value, std::string("schema: ") + key + " must be a whole number, 0 or more");
    }
    return number;
  }

  void bound(const YAML::Node& node, const char* key, std::optional<double>& place) {
    const YAML::Node value = node[key];
    if (!value.IsDefined()) return;
    double number = 0;
    if (!YAML::convert<double>::decode(value, number) || !std::isfinite(number)) {
      source_.problem(value, std::string("schema: ") + key + " must be a number");
    }
    place = number;
  }

  void strings_and_numbers(const YAML::Node& node, Schema& schema) {
    schema.min_length = length(node, "minLength");
    schema.max_length = length(node, "maxLength");
    bound(node, "minimum", schema.minimum);
    bound(node, "maximum", schema.maximum);
    const YAML::Node pattern = node["pattern"];
    if (!pattern.IsDefined()) return;
    schema.pattern_text = pattern.IsScalar() ? pattern.Scalar() : "";
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kPatternMemory);
    auto compiled = std::make_shared<re2::RE2>(schema.pattern_text, options);
    if (!compiled->ok()) {
      source_.problem(pattern,
                      "schema: pattern cannot be matched in linear time or is wrong: " + compiled->error());
      return;
    }
    schema.pattern = std::move(compiled);
  }

  void object(const YAML::Node& node, Schema& schema, int depth) {
    if (const YAML::Node properties = node["properties"]; properties.IsDefined()) {
      if (!properties.IsMap()) source_.problem(properties, "schema: properties must be a map");
      for (const auto& entry : properties) {
        schema.properties.push_back({entry.first.Scalar(), false, compile(entry.second, depth + 1)});
      }
    }
    if (const YAML::Node required = node["required"]; required.IsDefined()) {
      if (!required.IsSequence()) source_.problem(required, "schema: required must be a list of names");
      for (const YAML::Node& name : required) require(name.Scalar(), schema);
    }
    if (const YAML::Node additional = node["additionalProperties"]; additional.IsDefined()) {
      if (!YAML::convert<bool>::decode(additional, schema.additional_properties)) {
        source_.problem(additional, "schema: additionalProperties must be true or false in this version");
      }
    }
  }

  static void require(const std::string& name, Schema& schema) {
    for (Schema::Property& property : schema.properties) {
      if (property.name == name) {
        property.required = true;
        return;
      }
    }
    schema.properties.push_back({name, true, nullptr});
  }

  void array(const YAML::Node& node, Schema& schema, int depth) {
    schema.min_items = length(node, "minItems");
    schema.max_items = length(node, "maxItems");
    if (const YAML::Node items = node["items"]; items.IsDefined()) schema.items = compile(items, depth + 1);
  }

  Source& source_;
};

}  // namespace

std::shared_ptr<const Schema> compile_schema(Source& source, const YAML::Node& node) {
  return Compiler(source).compile(node, 0);
}

}  // namespace penstock::contract
