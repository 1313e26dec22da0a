#include "contract/contract_compiler.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "contract/schema_compiler.h"

namespace penstock::contract {
namespace {

constexpr std::array<std::string_view, 8> kMethods{"get",     "put",  "post",  "delete",
                                                   "options", "head", "patch", "trace"};

std::string capitals(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

class Compiler {
 public:
  explicit Compiler(Source& source) : source_(source) {}

  std::vector<Path> paths() {
    head();
    std::vector<Path> paths;
    const YAML::Node list = source_.root()["paths"];
    if (!list.IsDefined() || !list.IsMap() || list.size() == 0) {
      source_.problem(list, "the document has no paths");
      return paths;
    }
    for (const auto& entry : list) paths.push_back(path(entry.first, entry.second));
    return paths;
  }

 private:
  void head() {
    const YAML::Node& root = source_.root();
    source_.only(root, "document",
                 {"openapi", "info", "servers", "paths", "components", "tags", "externalDocs"});
    const std::string version = source_.text(root, "openapi", "the document");
    if (!version.empty() && !version.starts_with("3.0.") && !version.starts_with("3.1.")) {
      source_.problem(root["openapi"], "openapi '" + version + "': 3.0.x and 3.1.x are known");
    }
    for (const YAML::Node& server : root["servers"]) {
      const std::string url = source_.text(server, "url", "a server");
      const size_t host = url.find("://");
      const size_t slash = url.find('/', host == std::string::npos ? 0 : host + 3);
      if (slash != std::string::npos && slash + 1 < url.size()) {
        source_.problem(server["url"],
                        "servers: a base path is not enforced by this version, so it is refused");
      }
    }
  }

  Path path(const YAML::Node& name, const YAML::Node& item) {
    Path path{.path = name.Scalar(), .operations = {}, .allow = {}};
    if (!path.path.starts_with('/')) source_.problem(name, "a path must start with '/'");
    if (path.path.find_first_of("{}") != std::string::npos) {
      source_.problem(name, "path templates are not enforced by this version, so they are refused");
    }
    if (!item.IsMap()) {
      source_.problem(item, "a path must be a map of operations");
      return path;
    }
    source_.only(
        item, "path",
        {"summary", "description", "get", "put", "post", "delete", "options", "head", "patch", "trace"});
    for (const std::string_view method : kMethods) {
      const YAML::Node node = item[std::string(method)];
      if (node.IsDefined()) path.operations.push_back(operation(path.path, method, node));
    }
    if (path.operations.empty()) source_.problem(item, "the path has no operation");
    allow(path);
    return path;
  }

  static void allow(Path& path) {
    std::vector<std::string> methods;
    for (const Operation& operation : path.operations) methods.push_back(operation.method);
    if (std::find(methods.begin(), methods.end(), "GET") != methods.end() &&
        std::find(methods.begin(), methods.end(), "HEAD") == methods.end()) {
      methods.push_back("HEAD");
    }
    std::sort(methods.begin(), methods.end());
    for (const std::string& method : methods) path.allow += (path.allow.empty() ? "" : ", ") + method;
  }

  Operation operation(const std::string& path, std::string_view method, const YAML::Node& node) {
    Operation operation{.id = {},
                        .method = capitals(method),
                        .path = path,
                        .query = {},
                        .responses = {},
                        .event = {},
                        .where = {}};
    if (!node.IsMap()) {
      source_.problem(node, "an operation must be a map");
      return operation;
    }
    source_.only(
        node, "operation",
        {"operationId", "summary", "description", "tags", "externalDocs", "parameters", "responses"});
    operation.id = source_.text(node, "operationId", "an operation");
    if (!operation.id.empty() && !ids_.insert(operation.id).second) {
      source_.problem(node["operationId"], "operationId '" + operation.id + "' is used twice");
    }
    operation.where = source_.where(node);
    parameters(node, operation);
    responses(node, operation);
    if (const YAML::Node event = node["x-event"]; event.IsDefined()) operation.event = this->event(event);
    return operation;
  }

  void parameters(const YAML::Node& node, Operation& operation) {
    const YAML::Node list = node["parameters"];
    if (!list.IsDefined()) return;
    if (!list.IsSequence()) source_.problem(list, "parameters must be a list");
    for (const YAML::Node& reference : list) {
      const YAML::Node parameter = source_.resolve(reference);
      if (!parameter.IsDefined() || !parameter.IsMap()) continue;
      source_.only(parameter, "parameter",
                   {"name", "in", "description", "required", "schema", "example", "examples"});
      Parameter compiled{
          .name = source_.text(parameter, "name", "a parameter"), .required = false, .schema = {}};
      if (const std::string in = source_.text(parameter, "in", "a parameter"); !in.empty() && in != "query") {
        source_.problem(parameter["in"],
                        "parameters in " + in + " are not enforced by this version, so they are refused");
      }
      if (const YAML::Node required = parameter["required"]; required.IsDefined()) {
        if (!YAML::convert<bool>::decode(required, compiled.required)) {
          source_.problem(required, "required must be true or false");
        }
      }
      if (!parameter["schema"].IsDefined()) source_.problem(parameter, "a parameter needs 'schema'");
      compiled.schema = compile_schema(source_, parameter["schema"]);
      if (compiled.schema->type == Schema::array || compiled.schema->type == Schema::object) {
        source_.problem(parameter["schema"],
                        "array and object parameters are not enforced by this version, so they are refused");
      }
      for (const Parameter& other : operation.query) {
        if (other.name == compiled.name)
          source_.problem(parameter, "parameter '" + compiled.name + "' is declared twice");
      }
      operation.query.push_back(std::move(compiled));
    }
  }

  void responses(const YAML::Node& node, Operation& operation) {
    const YAML::Node list = node["responses"];
    if (!list.IsDefined() || !list.IsMap() || list.size() == 0) {
      source_.problem(list.IsDefined() ? list : node, "an operation needs responses");
      return;
    }
    for (const auto& entry : list) {
      Response response;
      if (!YAML::convert<unsigned>::decode(entry.first, response.status) || response.status < 200 ||
          response.status > 599) {
        source_.problem(entry.first, "a response's status must be a number from 200 to 599 in this version");
      }
      const YAML::Node described = source_.resolve(entry.second);
      if (!described.IsDefined() || !described.IsMap()) continue;
      source_.only(described, "response", {"description", "content"});
      for (const auto& media : described["content"]) {
        const std::string type = media.first.Scalar();
        if (type == "application/json") {
          response.schema = compile_schema(source_, media.second["schema"]);
        } else if (type != "application/problem+json") {  // Those are the machinery's own.
          source_.problem(media.first, "responses of type " + type +
                                           " are not enforced by this version, so they are refused");
        }
      }
      operation.responses.push_back(std::move(response));
    }
  }

  EventDeclaration event(const YAML::Node& node) {
    EventDeclaration event;
    if (!node.IsMap()) {
      source_.problem(node, "x-event must be a map");
      return event;
    }
    source_.only(node, "x-event", {"type", "topic", "key", "delivery", "schema"});
    event.type = source_.text(node, "type", "x-event");
    event.topic = source_.text(node, "topic", "x-event");
    if (const YAML::Node key = node["key"]; key.IsDefined() && key.Scalar() != "none") {
      event.key_pointer = key.Scalar();
      if (!event.key_pointer.starts_with('/')) {
        source_.problem(key,
                        "x-event: key must be none, or a JSON Pointer into the event's value, as in '/id'");
      }
    }
    if (const YAML::Node delivery = node["delivery"]; delivery.IsDefined()) {
      event.acknowledged = delivery.Scalar() == "acknowledged";
      if (!event.acknowledged && delivery.Scalar() != "best_effort") {
        source_.problem(delivery, "x-event: delivery must be acknowledged or best_effort");
      }
    }
    if (const YAML::Node schema = node["schema"]; schema.IsDefined())
      event.schema = compile_schema(source_, schema);
    return event;
  }

  Source& source_;
  std::set<std::string> ids_;
};

}  // namespace

std::vector<Path> compile_paths(Source& source) {
  return Compiler(source).paths();
}

}  // namespace penstock::contract
