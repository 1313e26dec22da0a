#include "contract/openapi/contract_compiler.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "contract/openapi/base_paths.h"
#include "contract/schema/schema.h"

namespace penstock::contract {
namespace {

using Kind = Node::Kind;

constexpr std::array<std::string_view, 8> kMethods{"get",     "put",  "post",  "delete",
                                                   "options", "head", "patch", "trace"};

std::string capitals(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

// HEAD is answered where GET is, OPTIONS everywhere (RFC 9110 sections 9.3.2 and 9.3.7).
std::string allow_of(const std::vector<Operation>& operations) {
  std::set<std::string> methods{"OPTIONS"};
  for (const Operation& operation : operations) {
    methods.insert(operation.method);
    if (operation.method == "GET") methods.insert("HEAD");
  }
  std::string allow;
  for (const std::string& method : methods) allow += (allow.empty() ? "" : ", ") + method;
  return allow;
}

}  // namespace

void ContractCompiler::compile() {
  head();
  const Target list = elements_.member(root_, "paths");
  if (list.node == nullptr || !list.node->is(Kind::object) || list.node->members.empty()) {
    sources_.problem(list.node == nullptr ? *root_.node : *list.node, "the document has no paths");
  } else {
    for (const Member& entry : list.node->members) {
      if (!entry.key->text.starts_with("x-")) path(*entry.key, {entry.value, list.resource});
    }
  }
  components();
  schemas_.finish();
  if (sources_.sound()) complete();
}

void ContractCompiler::head() {
  const Node& root = *root_.node;
  refuse_security(root);
  if (const Node* webhooks = root.find("webhooks"); webhooks != nullptr && !webhooks->members.empty())
    sources_.problem(*webhooks, "webhooks are not enforced, so they are refused");
  elements_.only(root, "document",
                 {"openapi", "info", "servers", "paths", "components", "tags", "externalDocs", "security",
                  "webhooks", "jsonSchemaDialect"});
  strict_ = elements_.flag(root, "x-penstock-strict", true);
  for (const Member& member : root.members) {
    if (member.key->text.starts_with("x-penstock-") && member.key->text != "x-penstock-strict")
      sources_.problem(*member.key,
                       "'" + member.key->text + "' is no extension of ours; x-penstock-strict is");
  }
  if (const Node* dialect = root.find("jsonSchemaDialect")) {
    if (dialect->text != "https://json-schema.org/draft/2020-12/schema" &&
        dialect->text != "https://spec.openapis.org/oas/3.1/dialect/base")
      sources_.problem(*dialect, "the dialect '" + dialect->text + "' is not known; draft 2020-12 is");
  }
  const Node* servers = root.find("servers");
  contract_.base_paths_ =
      servers == nullptr ? std::vector<std::string>{""} : BasePaths(sources_, elements_).of(*servers);
}

// An empty requirement says that nobody need authenticate, which is what happens.
void ContractCompiler::refuse_security(const Node& object) {
  const Node* security = object.find("security");
  if (security == nullptr) return;
  for (const Node* requirement : security->elements) {
    if (requirement->members.empty()) continue;
    return sources_.problem(*security,
                            "security is not enforced, so it is refused: authenticate before this service");
  }
}

// What no operation refers to is held to the same: it will be used one day.
void ContractCompiler::components() {
  const Target components = elements_.member(root_, "components");
  if (components.node == nullptr) return;
  const auto each = [&](std::string_view kind, auto read) {
    const Target list = elements_.member(components, kind);
    if (list.node == nullptr) return;
    for (const Member& entry : list.node->members) {
      const Target at{entry.value, &sources_.resource_of(*entry.value, *list.resource)};
      if (kind == "schemas") {
        static_cast<void>(schemas_.compile(*at.node, *at.resource));
      } else if (const Target resolved = elements_.resolve(at); resolved.node != nullptr) {
        read(resolved);
      }
    }
  };
  each("schemas", [](const Target&) {});
  elements_.only(*components.node, "components",
                 {"schemas", "responses", "parameters", "examples", "requestBodies", "headers",
                  "securitySchemes", "links", "callbacks", "pathItems"});
  each("parameters", [&](const Target& at) { spare_.parameters.push_back(elements_.parameter(at)); });
  each("requestBodies", [&](const Target& at) {
    for (MediaType& media : elements_.body(at).content) spare_.body->content.push_back(std::move(media));
  });
  Node any_status;
  any_status.kind = Kind::string;
  any_status.text = "default";
  each("responses",
       [&](const Target& at) { spare_.responses.push_back(elements_.response(any_status, at)); });
  each("headers", [&](const Target& at) { spare_.parameters.push_back(elements_.header("header", at)); });
}

void ContractCompiler::path(const Node& name, Target item) {
  item = elements_.resolve(item);
  if (item.node == nullptr) return;
  const Node& node = *item.node;
  elements_.only(node, "path",
                 {"summary", "description", "servers", "parameters", "get", "put", "post", "delete",
                  "options", "head", "patch", "trace"});
  if (name.text.find_first_of("?#") != std::string::npos)
    sources_.problem(name, "a path has no query and no fragment");
  const Node* servers = node.find("servers");
  Path path{.path = name.text, .operations = {}, .allow = {}, .base_paths = contract_.base_paths_};
  if (servers != nullptr) path.base_paths = BasePaths(sources_, elements_).of(*servers);
  for (const std::string_view method : kMethods) {
    const Target at = elements_.member(item, method);
    if (at.node == nullptr) continue;
    Operation operation = this->operation(method, at, item);
    operation.path = path.path;
    order_path_parameters(name, operation);
    path.operations.push_back(std::move(operation));
  }
  if (path.operations.empty()) sources_.problem(name, "the path has no operation");
  path.allow = allow_of(path.operations);
  contract_.paths_.push_back(std::move(path));
  route(name, contract_.paths_.size() - 1);
}

void ContractCompiler::route(const Node& name, size_t path) {
  for (const std::string& base : contract_.paths_[path].base_paths) {
    std::string problem;
    const auto segments = parse_template(base + name.text, problem);
    size_t other = 0;
    if (!segments) {
      sources_.problem(name, problem);
    } else if (!contract_.router_.add(*segments, path, other)) {
      sources_.problem(name, "the path matches the same requests as '" + contract_.paths_[other].path + "'");
    }
  }
}

Operation ContractCompiler::operation(std::string_view method, const Target& at, const Target& item) {
  const Node& node = *at.node;
  Operation operation{.method = capitals(method), .strict = strict_, .where = node.where()};
  if (!node.is(Kind::object)) {
    sources_.problem(node, "an operation must be an object");
    return operation;
  }
  refuse_security(node);
  if (const Node* callbacks = node.find("callbacks"); callbacks != nullptr && !callbacks->members.empty())
    sources_.problem(*callbacks, "callbacks are not enforced, so they are refused");
  elements_.only(node, "operation",
                 {"operationId", "summary", "description", "tags", "externalDocs", "parameters",
                  "requestBody", "responses", "deprecated", "security", "callbacks"});
  operation.id = elements_.text(node, "operationId", "an operation");
  if (!operation.id.empty() && !ids_.insert(operation.id).second)
    sources_.problem(*node.find("operationId"), "operationId '" + operation.id + "' is used twice");
  operation.deprecated = elements_.flag(node, "deprecated", false);
  // The operation's parameters first: they take the place of the path's with the same name.
  parameters(elements_.member(at, "parameters"), operation.parameters);
  std::vector<Parameter> shared;
  parameters(elements_.member(item, "parameters"), shared);
  for (Parameter& parameter : shared) {
    const bool replaced =
        std::any_of(operation.parameters.begin(), operation.parameters.end(),
                    [&](const auto& own) { return own.in == parameter.in && own.name == parameter.name; });
    if (!replaced) operation.parameters.push_back(std::move(parameter));
  }
  check_names(node, operation);
  if (const Target body = elements_.member(at, "requestBody"); body.node != nullptr) {
    const Target resolved = elements_.resolve(body);
    if (resolved.node != nullptr) operation.body = elements_.body(resolved);
  }
  responses(at, operation);
  if (const Target event = elements_.member(at, "x-event"); event.node != nullptr) {
    operation.event = elements_.event(event);
    refuse_other_schema(*event.node, *operation.event);
  }
  return operation;
}

// A consumer goes by the type, so it must say what the value is.
void ContractCompiler::refuse_other_schema(const Node& at, const EventDeclaration& event) {
  if (event.schema == nullptr) return;
  Target schema{event.schema->node, event.schema->resource};
  const Node* reference = schema.node->find("$ref");
  if (reference != nullptr && schema.node->members.size() == 1)
    schema = sources_.resolve(*reference, reference->text, *schema.resource);
  const auto [known, is_new] = events_.emplace(event.type, schema.node);
  if (!is_new && known->second != schema.node)
    sources_.problem(at, "events of type '" + event.type + "' have another schema elsewhere");
}

void ContractCompiler::parameters(const Target& list, std::vector<Parameter>& out) {
  if (list.node == nullptr) return;
  if (!list.node->is(Kind::array)) return sources_.problem(*list.node, "parameters must be a list");
  for (const Node* one : list.node->elements) {
    const Target at = elements_.resolve({one, list.resource});
    if (at.node == nullptr) continue;
    Parameter parameter = elements_.parameter(at);
    for (const Parameter& other : out) {
      if (other.in == parameter.in && other.name == parameter.name)
        sources_.problem(*one, "parameter '" + parameter.name + "' is declared twice");
    }
    out.push_back(std::move(parameter));
  }
}

// Header names know no case, and an operation has few parameters: a pair of them is soon compared.
void ContractCompiler::check_names(const Node& at, const Operation& operation) {
  for (size_t i = 0; i < operation.parameters.size(); ++i) {
    for (size_t j = i + 1; j < operation.parameters.size(); ++j) {
      const Parameter& one = operation.parameters[i];
      const Parameter& other = operation.parameters[j];
      if (one.in == In::header && other.in == In::header && equal_ignoring_case(one.name, other.name))
        sources_.problem(at, "the header '" + one.name + "' is declared twice");
    }
  }
}

// The router gives the values in the order of the template.
void ContractCompiler::order_path_parameters(const Node& name, Operation& operation) {
  std::string problem;
  const auto segments = parse_template(name.text, problem);
  if (!segments) return;
  std::vector<std::string> wanted;
  for (const Segment& segment : *segments)
    wanted.insert(wanted.end(), segment.names.begin(), segment.names.end());
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (std::find(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(i), wanted[i]) !=
        wanted.begin() + static_cast<std::ptrdiff_t>(i)) {
      return sources_.problem(name, "the path has '{" + wanted[i] + "}' twice");
    }
    const auto from = operation.parameters.begin() + static_cast<std::ptrdiff_t>(i);
    const auto found = std::find_if(from, operation.parameters.end(), [&](const Parameter& parameter) {
      return parameter.in == In::path && parameter.name == wanted[i];
    });
    if (found == operation.parameters.end()) {
      return sources_.problem(
          name, "operation '" + operation.id + "' does not declare the path's parameter '" + wanted[i] + "'");
    }
    std::rotate(from, found, found + 1);
  }
  for (size_t i = wanted.size(); i < operation.parameters.size(); ++i) {
    if (operation.parameters[i].in == In::path) {
      sources_.problem(*operation.parameters[i].node,
                       "the path has no '{" + operation.parameters[i].name + "}'");
    }
  }
}

void ContractCompiler::responses(const Target& at, Operation& operation) {
  const Target list = elements_.member(at, "responses");
  if (list.node == nullptr || !list.node->is(Kind::object) || list.node->members.empty())
    return sources_.problem(list.node != nullptr ? *list.node : *at.node, "an operation needs responses");
  for (const Member& entry : list.node->members) {
    if (entry.key->text.starts_with("x-")) continue;
    const Target described = elements_.resolve({entry.value, list.resource});
    if (described.node != nullptr) operation.responses.push_back(elements_.response(*entry.key, described));
  }
  if (operation.responses.empty()) sources_.problem(*list.node, "an operation needs responses");
}

// A name in the query belongs to one parameter.
void ContractCompiler::refuse_shared_names(const Parameter& object, const Operation& operation) {
  if (object.in != In::query || object.shape.kind != Shape::Kind::object || !object.explode) return;
  if (object.style != Style::form) return;
  for (const Parameter& other : operation.parameters) {
    if (&other == &object || other.in != In::query) continue;
    if (other.style == Style::deep_object) continue;  // It takes "name[…]" alone.
    const bool spread = other.shape.kind == Shape::Kind::object && other.explode;
    for (const auto& [name, inner] : object.shape.names) {
      if (spread ? other.shape.has_name(name) : other.name == name)
        sources_.problem(*object.node,
                         "the property '" + name + "' takes the name of another parameter in the query");
    }
  }
}

void ContractCompiler::complete() {
  complete(spare_);
  for (Path& path : contract_.paths_) {
    for (Operation& operation : path.operations) {
      complete(operation);
      size_t takers = 0;
      for (const Parameter& parameter : operation.parameters) {
        const bool takes_all = parameter.in == In::query && parameter.style == Style::form &&
                               parameter.explode && parameter.shape.kind == Shape::Kind::object &&
                               parameter.shape.others.types != 0;
        if (takes_all && ++takers == 2)
          sources_.problem(*parameter.node, "two exploded objects would both take every name in the query");
        refuse_shared_names(parameter, operation);
      }
    }
  }
}

void ContractCompiler::complete(Operation& operation) {
  for (Parameter& parameter : operation.parameters) elements_.complete(parameter);
  if (operation.body) {
    for (const MediaType& media : operation.body->content) elements_.complete(media);
  }
  for (Response& response : operation.responses) {
    for (Parameter& header : response.headers) elements_.complete(header);
    for (const MediaType& media : response.content) elements_.complete(media);
  }
}

}  // namespace penstock::contract
