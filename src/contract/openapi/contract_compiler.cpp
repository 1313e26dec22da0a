#include "contract/openapi/contract_compiler.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "contract/openapi/extent.h"
#include "contract/schema/schema.h"
#include "contract/structure/object_rules.h"

namespace penstock::contract {
namespace {

using Kind = Node::Kind;

}  // namespace

void ContractCompiler::compile() {
  read_root();
  read_paths();
  read_webhooks();
  read_components();
  read_callbacks();
  name_operations();
  refuse_links_to_nothing();
  schemas_.finish();
  if (sources_.sound()) complete();
}

void ContractCompiler::read_root() {
  const Node& root = *root_.node;
  objects_.check(root, object_rules::kDocument);
  const Target components = elements_.member(root_, "components");
  if (components.node != nullptr) {
    security_reader_.read_schemes(elements_.member(components, "securitySchemes"));
  }
  security_ = security_reader_.read_document(root);
  contract_.cors_ = cors_reader_.read(root, nullptr);
  rate_ = rate_reader_.read(root, nullptr, "default");
  handler_ = handler_reader_.read(root, nullptr);
  idempotency_ = idempotency_reader_.read(root, nullptr);
  strict_ = elements_.flag(root, "x-penstock-strict", true);
  elements_.refuse_other_extensions(root, {"x-penstock-handler", "x-penstock-idempotency",
                                           "x-penstock-rate", "x-penstock-strict"});
  if (const Node* dialect = root.find("jsonSchemaDialect")) {
    if (dialect->text != "https://json-schema.org/draft/2020-12/schema" &&
        dialect->text != "https://spec.openapis.org/oas/3.1/dialect/base") {
      sources_.problem(*dialect, "unknown-dialect",
                       "the dialect '" + dialect->text + "' is not supported; use draft 2020-12");
    }
  }
  std::set<std::string_view> tags;
  if (const Node* list = root.find("tags")) {
    for (const Node* tag : list->elements) {
      const Node* name = tag->find("name");
      if (name == nullptr || tags.insert(name->text).second) continue;
      sources_.problem(*name, "tag-twice",
                       "the tag '" + name->text + "' is declared twice (OpenAPI, OpenAPI Object)");
    }
  }
  contract_.base_paths_ = base_paths_of(elements_.member(root_, "servers"),
                                        std::make_shared<const std::vector<std::string>>(1));
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
  each("examples", [&](const Target& at) { objects_.check(*at.node, object_rules::kExample); });
  each("links", [&](const Target& at) { elements_.read_link(at); });
  if (const Target items = elements_.member(components, "pathItems"); items.node != nullptr) {
    for (const Member& entry : items.node->members) {
      read_unreferenced_path_item({entry.value, items.resource});
    }
  }
  if (const Target callbacks = elements_.member(components, "callbacks");
      callbacks.node != nullptr) {
    queue_callbacks(callbacks);
  }
}

// A link names an operation of this document (OpenAPI, Link Object).
void ContractCompiler::refuse_links_to_nothing() {
  for (const Node* id : elements_.linked_ids()) {
    if (names_.declares(id->text)) continue;
    sources_.problem(*id, "link-to-nothing",
                     "no operation has the operationId '" + id->text +
                         "' (OpenAPI, Link Object); correct or remove the link");
  }
}

// A name in the query may belong to only one parameter. Returns why it is not so, or "".
std::string ContractCompiler::shared_name(const Operation& operation) const {
  const auto is_spread = [](const Parameter& parameter) {
    return parameter.in == In::query && parameter.reading == Reading::members;
  };
  const Parameter* takes_any_name = nullptr;
  for (const Parameter& object : operation.parameters) {
    if (!is_spread(object)) continue;
    if (object.shape.has_other_names()) {
      if (takes_any_name != nullptr) {
        return "the parameters '" + takes_any_name->name + "' and '" + object.name +
               "' would both take every name in the query";
      }
      takes_any_name = &object;
    }
    for (const Parameter& other : operation.parameters) {
      if (&other == &object || other.in != In::query) continue;
      for (const auto& [name, part] : object.shape.named) {
        const bool is_own = other.name == name && other.reading != Reading::nested;
        if (is_spread(other) ? other.shape.has_name(name) : is_own) {
          return "the name '" + name + "' in the query belongs to the parameters '" + object.name +
                 "' and '" + other.name + "'";
        }
      }
    }
  }
  return "";
}

// Where several objects would take every name in the query, those that name their own properties
// take no others.
void ContractCompiler::close_objects(Operation& operation) {
  std::vector<Parameter*> open;
  for (Parameter& parameter : operation.parameters) {
    if (parameter.in == In::query && parameter.reading == Reading::members &&
        parameter.shape.has_other_names()) {
      open.push_back(&parameter);
    }
  }
  if (open.size() < 2) return;
  for (Parameter* parameter : open) {
    if (parameter->shape.named.empty()) continue;
    parameter->shape.unnamed = {.types = 0};
    sources_.remark(*parameter->node, "parameter-takes-any-name",
                    "parameter '" + parameter->name +
                        "': other parameters would take every name in the query, too, so it only "
                        "takes those of its properties; 'additionalProperties: false' says so");
  }
}

void ContractCompiler::complete() {
  complete(unreferenced_);
  for (Path& path : unreferenced_paths_) complete(path);
  for (Outgoing& outgoing : contract_.outgoing_) complete(outgoing.path);
  for (Path& path : contract_.paths_) {
    complete(path);
    separate_neighbours(path);
  }
}

void ContractCompiler::complete(Path& path) {
  for (Operation& operation : path.operations) complete(operation);
}

// The router must know where the parameters of "{year}{month}" end, which their schemas say.
void ContractCompiler::separate_neighbours(const Path& path) {
  if (path.path.find_first_of("?#") != std::string::npos) return;  // It has no route.
  for (const Operation& operation : path.operations) {
    for (const std::string& base : *operation.base_paths) {
      auto segments = parse_template(base + path.path);
      if (!segments) return;
      for (Segment& segment : *segments) {
        const std::string why = set_extents(segment, operation);
        if (!why.empty()) {
          return sources_.problem(*operation.parameters.front().node, "path-neighbours", why);
        }
      }
      if (!contract_.router_.set_extents(*segments)) {
        return sources_.problem(*operation.parameters.front().node, "path-neighbours",
                                "the parameters of '" + path.path +
                                    "' have other schemas in another operation or path with the "
                                    "same segment");
      }
    }
  }
}

void ContractCompiler::complete(Operation& operation) {
  std::string why;
  const auto complete_parameter = [&](Parameter& parameter) {
    parameter.separators_encoded = separators_encoded_;
    std::string unreadable = elements_.complete(parameter);
    if (why.empty()) why = std::move(unreadable);
  };
  for (Parameter& parameter : operation.parameters) complete_parameter(parameter);
  close_objects(operation);
  if (std::string shared = shared_name(operation); !shared.empty()) {
    sources_.remark(*operation.parameters.front().node, "parameter-name-shared",
                    "operation '" + operation.id + "' is not served: " + shared);
    if (why.empty()) why = std::move(shared);
  }
  if (operation.body) {
    for (MediaType& media : operation.body->content) elements_.complete(media);
  }
  for (Response& response : operation.responses) {
    for (Parameter& header : response.headers) complete_parameter(header);
    for (MediaType& media : response.content) elements_.complete(media);
  }
  if (operation.not_served.empty() && !why.empty()) {
    why[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(why[0])));
    operation.not_served = why + '.';
  }
}

}  // namespace penstock::contract
