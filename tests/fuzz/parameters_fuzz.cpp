// Reads the texts of parameters in every style and shape, writes their values and reads them again.
// Reads the other small languages of a request, too: percent encoding, paths and media types.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "contract/arguments/arguments.h"
#include "contract/openapi/contract.h"
#include "contract/parameters/parameter_writer.h"
#include "contract/parameters/percent.h"
#include "contract/schema/steps.h"
#include "json/equality.h"

using namespace penstock;
using namespace penstock::contract;

namespace {

constexpr std::array<std::string_view, 12> kSchemas{
    "{type: string, maxLength: 5}",
    "{type: integer, minimum: 3}",
    "{type: [number, boolean, 'null'], maximum: 9}",
    "{type: array, uniqueItems: true, items: {type: integer}}",
    "{type: array, maxItems: 3, items: {type: [string, number]}}",
    "{type: object, additionalProperties: false, properties: {x: {type: integer}, y: {type: "
    "string}}}",
    "{type: object, properties: {x: {type: boolean}}, additionalProperties: {type: [number, "
    "string]}}",
    "{}",
    "{oneOf: [{type: integer}, {type: array, minItems: 2, items: {type: integer}}]}",
    "{type: object, properties: {x: {type: integer}, y: {type: array, items: {type: string}}}}",
    "{type: object, properties: {x: {type: integer}, y: {type: array, items: {type: object, "
    "properties: {x: {type: array, items: {type: string}}, y: {type: object}}}}}}",
    ""};  // Stands for a parameter with `content`, which is JSON.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kStyles{
    {{"path", "simple"},
     {"path", "label"},
     {"path", "matrix"},
     {"query", "form"},
     {"query", "spaceDelimited"},
     {"query", "pipeDelimited"},
     {"query", "deepObject"},
     {"header", "simple"},
     {"cookie", "form"}}};

// Returns a document with a path for each permitted combination of style, schema and `explode`.
std::string document() {
  std::string paths;
  int number = 0;
  for (const auto& [in, style] : kStyles) {
    for (const std::string_view schema : kSchemas) {
      for (const bool explode : {true, false}) {
        const std::string id = "p" + std::to_string(++number);
        paths +=
            "  /" + id + (in == "path" ? "/{p}" : "") + ":\n    get:\n      operationId: " + id;
        paths +=
            "\n      responses: {'204': {description: d}}\n      parameters:\n        - {name: p, "
            "in: ";
        paths.append(in).append(in == "path" ? ", required: true" : "");
        if (schema.empty()) {
          paths += ", content: {application/json: {schema: {type: [array, object, string]}}}}\n";
        } else {
          paths.append(", style: ")
              .append(style)
              .append(explode ? ", explode: true" : ", explode: false");
          paths.append(", schema: ").append(schema).append("}\n");
        }
      }
    }
  }
  return "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths:\n" + paths;
}

// Reads a request whose path, query, header or cookie has the text of the parameter. Returns
// whether it is valid.
bool read_request(const Contract& contract, const std::string& path, const Parameter& parameter,
                  std::string_view text, Arguments& arguments) {
  PathValues values;
  const std::string whole = path + (parameter.in == In::path ? '/' + std::string(text) : "");
  const Match match = contract.match("GET", whole, values);
  if (match.operation == nullptr || match.operation->parameters.front().name != parameter.name ||
      match.operation->parameters.front().node != parameter.node) {
    return false;
  }
  Violations violations;
  arguments.reset(*match.operation);
  arguments.read_path(values, violations);
  arguments.read_query(parameter.in == In::query ? text : "", violations);
  const bool has_header = parameter.in == In::header || parameter.in == In::cookie;
  arguments.read_headers(
      [&](std::string_view, std::string_view, std::string& out) {
        out.assign(has_header ? text : "");
        return has_header ? size_t{1} : size_t{0};
      },
      violations);
  return violations.empty();
}

void read_parameter(const Contract& contract, const Path& path, std::string_view text) {
  const Operation& operation = path.operations.front();
  const Parameter& parameter = operation.parameters.front();
  if (!operation.not_served.empty()) return;
  const std::string front = path.path.substr(0, path.path.find("/{"));
  Arguments arguments;
  if (!read_request(contract, front, parameter, text, arguments)) return;
  const boost::json::value* value = arguments.value(parameter.in, parameter.name);
  if (value == nullptr) return;
  const auto written = write_parameter(parameter, *value);
  if (!written) return;
  Arguments again;
  if (!read_request(contract, front, parameter, *written, again)) __builtin_trap();
  const boost::json::value* same = again.value(parameter.in, parameter.name);
  if (same == nullptr || !json::equal(*same, *value)) __builtin_trap();
}

void decode(std::string_view text, bool plus) {
  std::string out = "left over";
  if (!decode_percent(text, plus, out)) return;
  if (out.size() > text.size()) __builtin_trap();
  if (text.find_first_of("%+") == std::string_view::npos && out != text) __builtin_trap();
}

void read_scalar(std::string_view text) {
  for (Types types = 0; types <= type::any; ++types) {
    const auto value = scalar_of(text, types, {});
    if (!value) {
      if ((types & type::string) != 0) __builtin_trap();
    } else if (value->is_string() && value->get_string() != text) {
      __builtin_trap();
    }
  }
}

void read_media_types(std::string_view text) {
  if (const auto found = parse_content_type(text)) {
    if (found->type.empty()) __builtin_trap();
    if (found->charset.size() + found->type.size() > text.size()) __builtin_trap();
    (void)kind_of(found->type);
    // A type matches the entry that was written like it, unless it is a range.
    MediaTypeParameters parameters = parameters_of(*found);
    if (parameters.size() > 1) parameters.resize(1);
    const std::vector<MediaType> content{
        {.type = std::string(found->type), .parameters = std::move(parameters)}};
    const bool is_range = found->type.find('*') != std::string_view::npos;
    if ((find_media_type(content, *found) == nullptr) != is_range) __builtin_trap();
  }
  for (const std::string_view type : {"application/json", "text/plain", "text/*", "*/*", ""}) {
    if (const int wanted = quality(text, type); wanted < 0 || wanted > 1000) __builtin_trap();
  }
}

// Uses each line as a template and as a path.
void route(std::string_view text) {
  Router router;
  std::vector<std::string_view> lines;
  std::vector<size_t> parameters;
  while (!text.empty() && lines.size() < 50) {
    lines.push_back(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(lines.back().size() + 1, text.size()));
    const auto segments = parse_template(lines.back());
    if (!segments && segments.error().message.empty()) __builtin_trap();
    parameters.push_back(0);
    if (!segments) continue;
    for (const Segment& segment : *segments) parameters.back() += segment.names.size();
    const auto added = router.add(*segments, lines.size() - 1);
    if (!added && added.error().path >= lines.size()) __builtin_trap();
    PathValues values;
    const size_t found = router.find(lines.back(), values);
    // A path without parameters is found before all others.
    if (parameters.back() == 0 && found != (added ? lines.size() - 1 : added.error().path)) {
      __builtin_trap();
    }
  }
  PathValues values;
  for (const std::string_view line : lines) {
    const size_t found = router.find(line, values);
    if (found == Router::kNone) continue;
    if (found >= lines.size() || values.size() != parameters[found]) __builtin_trap();
    for (size_t i = 0; i < values.size(); ++i) {
      if (values[i].empty()) __builtin_trap();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Contract contract = Contract::parse(document(), "t.yaml").value();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const Path& path : contract.paths()) {
    read_parameter(contract, path, text);
    read_parameter(contract, path, "p=" + std::string(text));
    if (path.path.find('{') != std::string::npos) {
      read_parameter(contract, path, ';' + std::string(text));
      read_parameter(contract, path, '.' + std::string(text));
    }
  }
  decode(text, true);
  decode(text, false);
  read_scalar(text);
  read_media_types(text);
  route(text);
  return 0;
}
