#include "contract/openapi/contract_compiler.h"

#include <algorithm>
#include <array>

#include "contract/openapi/base_paths.h"
#include "contract/schema/schema.h"

namespace penstock::contract {
namespace {

using Kind = Node::Kind;

constexpr std::array<std::string_view, 8> kMethods{"get",     "put",  "post",  "delete",
                                                   "options", "head", "patch", "trace"};

// Returns the value of the Allow header. The server answers HEAD wherever there is GET, and OPTIONS
// for every path (RFC 9110 sections 9.3.2 and 9.3.7).
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
  read_root();
  const Target list = elements_.member(root_, "paths");
  if (list.node == nullptr || !list.node->is(Kind::object) || list.node->members.empty()) {
    sources_.problem(list.node == nullptr ? *root_.node : *list.node, "the document has no paths");
  } else {
    for (const Member& entry : list.node->members) {
      if (!entry.key->text.starts_with("x-")) read_path(*entry.key, {entry.value, list.resource});
    }
  }
  read_components();
  schemas_.finish();
  if (sources_.sound()) complete();
}

void ContractCompiler::read_root() {
  const Node& root = *root_.node;
  const Target components = elements_.member(root_, "components");
  if (components.node != nullptr) {
    security_reader_.read_schemes(elements_.member(components, "securitySchemes"));
  }
  security_ = security_reader_.read(root, &contract_.security_->securities.emplace_back());
  if (const Node* webhooks = root.find("webhooks");
      webhooks != nullptr && !webhooks->members.empty()) {
    sources_.problem(*webhooks, "webhooks are not supported; remove them");
  }
  elements_.refuse_other_keys(root, "document",
                              {"openapi", "info", "servers", "paths", "components", "tags",
                               "externalDocs", "security", "webhooks", "jsonSchemaDialect"});
  strict_ = elements_.flag(root, "x-penstock-strict", true);
  for (const Member& member : root.members) {
    if (member.key->text.starts_with("x-penstock-") && member.key->text != "x-penstock-strict") {
      sources_.problem(
          *member.key,
          "'" + member.key->text + "' is not known; the only extension here is x-penstock-strict");
    }
  }
  if (const Node* dialect = root.find("jsonSchemaDialect")) {
    if (dialect->text != "https://json-schema.org/draft/2020-12/schema" &&
        dialect->text != "https://spec.openapis.org/oas/3.1/dialect/base") {
      sources_.problem(*dialect,
                       "the dialect '" + dialect->text + "' is not supported; use draft 2020-12");
    }
  }
  const Node* servers = root.find("servers");
  contract_.base_paths_ = servers == nullptr ? std::vector<std::string>{""}
                                             : BasePaths(sources_, elements_).of(*servers);
}

// Reads every component. One that no operation refers to is checked, too, since it may be used
// later.
void ContractCompiler::read_components() {
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
  elements_.refuse_other_keys(*components.node, "components",
                              {"schemas", "responses", "parameters", "examples", "requestBodies",
                               "headers", "securitySchemes", "links", "callbacks", "pathItems"});
  each("parameters",
       [&](const Target& at) { unreferenced_.parameters.push_back(elements_.read_parameter(at)); });
  each("requestBodies", [&](const Target& at) {
    for (MediaType& media : elements_.read_body(at).content) {
      unreferenced_.body->content.push_back(std::move(media));
    }
  });
  Node any_status;
  any_status.kind = Kind::string;
  any_status.text = "default";
  each("responses", [&](const Target& at) {
    unreferenced_.responses.push_back(elements_.read_response(any_status, at));
  });
  each("headers", [&](const Target& at) {
    unreferenced_.parameters.push_back(elements_.read_header("header", at));
  });
}

void ContractCompiler::read_path(const Node& name, Target item) {
  item = elements_.resolve(item);
  if (item.node == nullptr) return;
  const Node& node = *item.node;
  elements_.refuse_other_keys(node, "path",
                              {"summary", "description", "servers", "parameters", "get", "put",
                               "post", "delete", "options", "head", "patch", "trace"});
  if (name.text.find_first_of("?#") != std::string::npos) {
    sources_.problem(name, "a path must not contain '?' or '#'");
  }
  const Node* servers = node.find("servers");
  Path path{.path = name.text, .operations = {}, .allow = {}, .base_paths = contract_.base_paths_};
  if (servers != nullptr) path.base_paths = BasePaths(sources_, elements_).of(*servers);
  for (const std::string_view method : kMethods) {
    const Target at = elements_.member(item, method);
    if (at.node == nullptr) continue;
    Operation operation = read_operation(method, at, item);
    operation.path = path.path;
    order_path_parameters(name, operation);
    path.operations.push_back(std::move(operation));
  }
  if (path.operations.empty()) sources_.problem(name, "the path has no operation");
  path.allow = allow_of(path.operations);
  contract_.paths_.push_back(std::move(path));
  add_routes(name, contract_.paths_.size() - 1);
}

void ContractCompiler::add_routes(const Node& name, size_t path) {
  for (const std::string& base : contract_.paths_[path].base_paths) {
    const auto segments = parse_template(base + name.text);
    if (!segments) {
      sources_.problem(name, segments.error().message);
    } else if (const auto added = contract_.router_.add(*segments, path); !added) {
      sources_.problem(name, "the path matches the same requests as '" +
                                 contract_.paths_[added.error().path].path + "'");
    }
  }
}

// A name in the query may belong to only one parameter.
void ContractCompiler::refuse_shared_names(const Parameter& object, const Operation& operation) {
  if (object.in != In::query || object.shape.kind != Shape::Kind::object || !object.explode) return;
  if (object.style != Style::form) return;
  for (const Parameter& other : operation.parameters) {
    if (&other == &object || other.in != In::query) continue;
    if (other.style == Style::deep_object) continue;  // It only takes "name[…]".
    const bool spread = other.shape.kind == Shape::Kind::object && other.explode;
    for (const auto& [name, part] : object.shape.named) {
      if (spread ? other.shape.has_name(name) : other.name == name) {
        sources_.problem(*object.node, "the property '" + name +
                                           "' has the same name as another parameter in the query");
      }
    }
  }
}

void ContractCompiler::complete() {
  complete(unreferenced_);
  for (Path& path : contract_.paths_) {
    for (Operation& operation : path.operations) {
      complete(operation);
      size_t takers = 0;
      for (const Parameter& parameter : operation.parameters) {
        const bool takes_all = parameter.in == In::query && parameter.style == Style::form &&
                               parameter.explode && parameter.shape.kind == Shape::Kind::object &&
                               parameter.shape.unnamed.types != 0;
        if (takes_all && ++takers == 2) {
          sources_.problem(*parameter.node,
                           "two exploded objects would both accept every name in the query");
        }
        refuse_shared_names(parameter, operation);
      }
    }
  }
}

void ContractCompiler::complete(Operation& operation) {
  for (Parameter& parameter : operation.parameters) elements_.complete(parameter);
  if (operation.body) {
    for (MediaType& media : operation.body->content) elements_.complete(media);
  }
  for (Response& response : operation.responses) {
    for (Parameter& header : response.headers) elements_.complete(header);
    for (MediaType& media : response.content) elements_.complete(media);
  }
}

}  // namespace penstock::contract
