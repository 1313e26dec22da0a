#include "contract/openapi/contract_compiler.h"

#include <algorithm>
#include <set>

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
  refuse_security(root);
  strict_ = elements_.flag(root, "x-penstock-strict", true);
  for (const Member& member : root.members) {
    if (member.key->text.starts_with("x-penstock-") && member.key->text != "x-penstock-strict") {
      sources_.problem(
          *member.key, "unknown-extension",
          "'" + member.key->text + "' is not known; the only extension here is x-penstock-strict");
    }
  }
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

// An empty requirement is allowed: it says that no authentication is needed, which is enforced.
void ContractCompiler::refuse_security(const Node& object) {
  const Node* security = object.find("security");
  if (security == nullptr) return;
  for (const Node* requirement : security->elements) {
    if (requirement->members.empty()) continue;
    return sources_.problem(
        *security, "security",
        "security is not supported; remove it, and authenticate in front of this service");
  }
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
        sources_.problem(
            *object.node, "shared-query-name",
            "the property '" + name + "' has the same name as another parameter in the query");
      }
    }
  }
}

void ContractCompiler::complete() {
  complete(unreferenced_);
  for (Path& path : unreferenced_paths_) complete(path);
  for (Outgoing& outgoing : contract_.outgoing_) complete(outgoing.path);
  for (Path& path : contract_.paths_) complete(path);
}

void ContractCompiler::complete(Path& path) {
  for (Operation& operation : path.operations) {
    complete(operation);
    size_t takers = 0;
    for (const Parameter& parameter : operation.parameters) {
      const bool takes_all = parameter.in == In::query && parameter.style == Style::form &&
                             parameter.explode && parameter.shape.kind == Shape::Kind::object &&
                             parameter.shape.unnamed.types != 0;
      if (takes_all && ++takers == 2) {
        sources_.problem(*parameter.node, "shared-query-name",
                         "two exploded objects would both accept every name in the query");
      }
      refuse_shared_names(parameter, operation);
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
