#include "contract/contract_compiler.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace penstock::contract {
namespace {

using Kind = Node::Kind;

constexpr std::array<std::string_view, 8> kMethods{"get",     "put",  "post",  "delete",
                                                   "options", "head", "patch", "trace"};
constexpr size_t kBasePathsMax = 50;

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
  schemas_.finish();
  if (sources_.sound()) complete();
}

void ContractCompiler::head() {
  const Node& root = *root_.node;
  if (const Node* security = root.find("security"); security != nullptr && !security->elements.empty())
    sources_.problem(*security,
                     "security is not enforced, so it is refused: authenticate before this service");
  if (const Node* webhooks = root.find("webhooks"))
    sources_.problem(*webhooks, "webhooks are not enforced, so they are refused");
  elements_.only(root, "document",
                 {"openapi", "info", "servers", "paths", "components", "tags", "externalDocs", "security",
                  "webhooks", "jsonSchemaDialect"});
  strict_ = elements_.flag(root, "x-penstock-strict", true);
  if (const Node* dialect = root.find("jsonSchemaDialect")) {
    if (dialect->text != "https://json-schema.org/draft/2020-12/schema" &&
        dialect->text != "https://spec.openapis.org/oas/3.1/dialect/base")
      sources_.problem(*dialect, "the dialect '" + dialect->text + "' is not known; draft 2020-12 is");
  }
  const Node* servers = root.find("servers");
  contract_.base_paths_ = servers == nullptr ? std::vector<std::string>{""} : this->servers(*servers);
}

// The path of each server's URL; of its scheme and host the load balancer takes care.
std::vector<std::string> ContractCompiler::servers(const Node& list) {
  std::vector<std::string> bases;
  if (!list.is(Kind::array)) sources_.problem(list, "servers must be a list");
  for (const Node* server : list.elements) {
    std::string url = elements_.text(*server, "url", "a server");
    elements_.only(*server, "server", {"url", "description", "variables"});
    if (const size_t host = url.find("://"); host != std::string::npos) {
      const size_t slash = url.find('/', host + 3);
      url = slash == std::string::npos ? "" : url.substr(slash);
    } else if (!url.empty() && !url.starts_with('/')) {
      sources_.problem(*server->find("url"),
                       "a server's URL must start with '/' or with a scheme and a host");
      continue;
    }
    expand(*server, url, bases);
  }
  if (bases.empty()) bases.emplace_back();
  std::sort(bases.begin(), bases.end());
  bases.erase(std::unique(bases.begin(), bases.end()), bases.end());
  return bases;
}

// A variable in the path stands for each value of its enum; without one, for its default.
void ContractCompiler::expand(const Node& server, std::string url, std::vector<std::string>& out) {
  const size_t open = url.find('{');
  const size_t close = url.find('}', open);
  if (open == std::string::npos || close == std::string::npos) {
    while (url.ends_with('/')) url.pop_back();
    if (out.size() == kBasePathsMax) {
      sources_.problem(server, "the servers have more than " + std::to_string(kBasePathsMax) + " base paths");
    } else {
      out.push_back(std::move(url));
    }
    return;
  }
  const std::string name = url.substr(open + 1, close - open - 1);
  const Node* variables = server.find("variables");
  const Node* variable = variables == nullptr ? nullptr : variables->find(name);
  const Node* values = variable == nullptr ? nullptr : variable->find("enum");
  const Node* otherwise = variable == nullptr ? nullptr : variable->find("default");
  const auto with = [&](const Node& value) {
    expand(server, url.substr(0, open) + value.text + url.substr(close + 1), out);
  };
  if (values == nullptr && otherwise == nullptr)
    return sources_.problem(server, "the variable '" + name + "' in a base path needs a default or an enum");
  if (values == nullptr) return with(*otherwise);
  if (out.size() >= kBasePathsMax) return;
  for (const Node* value : values->elements) with(*value);
}

void ContractCompiler::path(const Node& name, Target item) {
  item = elements_.resolve(item);
  if (item.node == nullptr) return;
  const Node& node = *item.node;
  elements_.only(node, "path",
                 {"summary", "description", "servers", "parameters", "get", "put", "post", "delete",
                  "options", "head", "patch", "trace"});
  Path path{.path = name.text, .operations = {}, .allow = {}};
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
  const Node* servers = node.find("servers");
  route(name, contract_.paths_.size() - 1,
        servers == nullptr ? contract_.base_paths_ : this->servers(*servers));
}

void ContractCompiler::route(const Node& name, size_t path, const std::vector<std::string>& bases) {
  for (const std::string& base : bases) {
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
  if (const Node* security = node.find("security"); security != nullptr && !security->elements.empty())
    sources_.problem(*security,
                     "security is not enforced, so it is refused: authenticate before this service");
  elements_.only(node, "operation",
                 {"operationId", "summary", "description", "tags", "externalDocs", "parameters",
                  "requestBody", "responses", "deprecated", "security"});
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
  if (const Target event = elements_.member(at, "x-event"); event.node != nullptr)
    operation.event = elements_.event(event);
  return operation;
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
void ContractCompiler::check_names(const Node& at, Operation& operation) {
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
}

void ContractCompiler::complete() {
  for (Path& path : contract_.paths_) {
    for (Operation& operation : path.operations) {
      size_t exploded = 0;
      for (Parameter& parameter : operation.parameters) {
        elements_.complete(parameter);
        const bool takes_names = parameter.in == In::query && parameter.style == Style::form &&
                                 parameter.explode && parameter.shape.kind == Shape::Kind::object &&
                                 parameter.shape.other_names != 0;
        if (takes_names && ++exploded == 2)
          sources_.problem(*parameter.node, "two exploded objects would both take every name in the query");
      }
      if (operation.body) {
        for (const MediaType& media : operation.body->content) elements_.complete(media);
      }
      for (Response& response : operation.responses) {
        for (Parameter& header : response.headers) elements_.complete(header);
        for (const MediaType& media : response.content) elements_.complete(media);
      }
    }
  }
}

}  // namespace penstock::contract
