// Reads the path items of the document: its paths, webhooks and callbacks, and how the router finds
// the operations of the paths.
#include <algorithm>
#include <array>
#include <set>

#include "contract/openapi/contract_compiler.h"
#include "contract/structure/object_rules.h"

namespace penstock::contract {
namespace {

using Kind = Node::Kind;

constexpr std::array<std::string_view, 8> kMethods{"get",     "put",  "post",  "delete",
                                                   "options", "head", "patch", "trace"};

// This bounds a chain of references from one path item to the next. A longer one is taken for a
// circle.
constexpr size_t kPartsMax = 20;

// The router may have so many templates: each path, once for each of its base paths.
constexpr size_t kTemplatesMax = 100'000;

// Returns the value of the Allow header. The server answers HEAD wherever there is GET, and OPTIONS
// for every path (RFC 9110 sections 9.3.2 and 9.3.7).
std::string allow_of(const Path& path, const std::vector<size_t>& operations) {
  std::set<std::string> methods{"OPTIONS"};
  for (const size_t i : operations) {
    methods.insert(path.operations[i].method);
    if (path.operations[i].method == "GET") methods.insert("HEAD");
  }
  std::string allow;
  for (const std::string& method : methods) allow += (allow.empty() ? "" : ", ") + method;
  return allow;
}

}  // namespace

void ContractCompiler::read_paths() {
  const Target list = elements_.member(root_, "paths");
  const auto has = [&](const char* key) { return root_.node->find(key) != nullptr; };
  if (list.node == nullptr && objects_.is_3_0()) {
    sources_.problem(*root_.node, "missing-field",
                     "the document needs 'paths' (OpenAPI, OpenAPI Object), which may be 'paths: "
                     "{}'");
  } else if (list.node == nullptr && !has("components") && !has("webhooks")) {
    sources_.problem(*root_.node, "missing-field",
                     "the document needs 'paths', 'components' or 'webhooks' (OpenAPI, OpenAPI "
                     "Object)");
  }
  if (list.node != nullptr) {
    for (const Member& entry : list.node->members) {
      if (!entry.key->text.starts_with("x-")) read_path(*entry.key, {entry.value, list.resource});
    }
  }
  const bool any = std::any_of(contract_.paths_.begin(), contract_.paths_.end(),
                               [](const Path& path) { return !path.operations.empty(); });
  if (!any) {
    sources_.remark(list.node != nullptr ? *list.node : *root_.node, "no-operations",
                    "the document has no operation, so nothing is served");
  }
}

void ContractCompiler::read_path(const Node& name, const Target& at) {
  const PathItem item = resolve_path_item(at);
  if (item.empty()) return;
  Path path{.path = name.text, .operations = {}};
  read_operations(item, path);
  const bool is_sound = check_path(name);
  if (path.operations.empty()) {
    sources_.remark(name, "empty-path", "the path has no operation, so it is not served");
  }
  for (Operation& operation : path.operations) {
    if (is_sound) order_path_parameters(name, operation);
    if (operation.not_served.empty()) {
      if (is_sound) security_reader_.remark_unsecured_write(operation);
      continue;
    }
    sources_.remark(*operation.node, "operation-not-served",
                    "a request for this operation gets 501. " + operation.not_served);
  }
  if (!is_sound) {
    for (Operation& operation : path.operations) {
      operation.not_served = "No request matches its path, which has a '?' or a '#'.";
    }
  }
  contract_.paths_.push_back(std::move(path));
  if (is_sound) add_routes(name, contract_.paths_.size() - 1);
}

void ContractCompiler::read_webhooks() {
  const Target list = elements_.member(root_, "webhooks");
  if (list.node == nullptr) return;
  for (const Member& entry : list.node->members) {
    if (entry.key->text.starts_with("x-")) continue;
    sources_.remark(
        *entry.key, "webhook",
        "the webhook '" + entry.key->text + "' is checked, but nothing sends or serves it");
    read_outgoing(Outgoing::Kind::webhook, entry.key->text, "", {entry.value, list.resource});
  }
}

// Reads the callbacks that wait, and those that they lead to.
void ContractCompiler::read_callbacks() {
  while (!callbacks_.empty()) {
    const Callback callback = std::move(callbacks_.front());
    callbacks_.pop_front();
    const Target at = elements_.resolve(callback.at);
    if (at.node == nullptr || !read_.insert(at.node).second) continue;
    sources_.remark(*at.node, "callback",
                    "the callback '" + callback.name + "' is checked, but nothing sends it");
    for (const Member& entry : at.node->members) {
      if (entry.key->text.starts_with("x-")) continue;
      read_outgoing(Outgoing::Kind::callback, callback.name, entry.key->text,
                    {entry.value, at.resource});
    }
  }
}

void ContractCompiler::read_outgoing(Outgoing::Kind kind, const std::string& name,
                                     const std::string& expression, const Target& at) {
  const PathItem item = resolve_path_item(at);
  if (item.empty()) return;
  Outgoing outgoing{.kind = kind, .name = name, .path = {.path = expression, .operations = {}}};
  read_operations(item, outgoing.path);
  for (Operation& operation : outgoing.path.operations) {
    operation.not_served =
        kind == Outgoing::Kind::webhook ? "It is a webhook." : "It is a callback.";
  }
  contract_.outgoing_.push_back(std::move(outgoing));
}

void ContractCompiler::read_unreferenced_path_item(const Target& at) {
  if (read_.contains(at.node)) return;
  const PathItem item = resolve_path_item(at);
  if (!item.empty()) read_operations(item, unreferenced_paths_.emplace_back());
}

// Follows the `$ref` of a path item, which may have other members beside it. Returns nothing after
// a problem.
ContractCompiler::PathItem ContractCompiler::resolve_path_item(Target at) {
  PathItem item;
  while (true) {
    if (item.size() > kPartsMax) {
      sources_.problem(
          *at.node, "circular-reference",
          "$ref leads in a circle, or through more than " + std::to_string(kPartsMax) + " others");
      return {};
    }
    at.resource = &sources_.resource_of(*at.node, *at.resource);
    if (!objects_.check(*at.node, object_rules::kPathItem)) return {};
    item.push_back(at);
    read_.insert(at.node);
    const Node* reference = at.node->find("$ref");
    if (reference == nullptr) break;
    at = sources_.resolve(*reference, reference->text, *at.resource);
    if (at.node == nullptr) return {};
  }
  refuse_conflicts(item);
  return item;
}

// What is both beside the `$ref` and behind it has no defined meaning. Of texts for readers the
// first is as good as the second.
void ContractCompiler::refuse_conflicts(const PathItem& item) {
  for (size_t i = 0; i + 1 < item.size(); ++i) {
    for (const Member& entry : item[i].node->members) {
      const std::string& key = entry.key->text;
      if (key == "$ref" || key == "summary" || key == "description" || key.starts_with("x-")) {
        continue;
      }
      for (size_t j = i + 1; j < item.size(); ++j) {
        if (item[j].node->find(key) == nullptr) continue;
        sources_.problem(*entry.key, "path-item-conflict",
                         "'" + key +
                             "' is also in the path item that $ref leads to; which one counts is "
                             "undefined (OpenAPI, Path Item Object), so remove one");
      }
    }
  }
}

Target ContractCompiler::member(const PathItem& item, std::string_view key) const {
  for (const Target& part : item) {
    if (const Target found = elements_.member(part, key); found.node != nullptr) return found;
  }
  return {};
}

void ContractCompiler::read_operations(const PathItem& item, Path& path) {
  const BasePaths::List base_paths = base_paths_of(member(item, "servers"), contract_.base_paths_);
  path.cors = contract_.cors_;
  const RateLimit* rate = rate_;
  const HandlerLimits* handler = handler_;
  const IdempotencyRule* idempotency = idempotency_;
  for (auto part = item.rbegin(); part != item.rend(); ++part) {
    path.cors = cors_reader_.read(*part->node, path.cors);
    rate = rate_reader_.read(*part->node, rate, path.path);
    handler = handler_reader_.read(*part->node, handler);
    idempotency = idempotency_reader_.read(*part->node, idempotency);
    elements_.refuse_other_extensions(
        *part->node, {"x-penstock-handler", "x-penstock-idempotency", "x-penstock-rate"});
  }
  for (const std::string_view method : kMethods) {
    const Target at = member(item, method);
    if (at.node == nullptr || !elements_.take(*at.node, 1)) continue;
    Operation operation = read_operation(method, at, member(item, "parameters"));
    operation.path = path.path;
    operation.cors = cors_reader_.read(*at.node, path.cors);
    const std::string name = operation.method + ' ' + path.path;
    operation.rate = rate_reader_.read(*at.node, rate, operation.id.empty() ? name : operation.id);
    operation.handler = handler_reader_.read(*at.node, handler);
    operation.idempotency =
        idempotency_reader_.read_operation(*at.node, operation.method, idempotency);
    elements_.refuse_other_extensions(*at.node, {"x-penstock-handler", "x-penstock-idempotency",
                                                 "x-penstock-name", "x-penstock-rate"});
    operation.base_paths = base_paths_of(elements_.member(at, "servers"), base_paths);
    path.operations.push_back(std::move(operation));
  }
}

BasePaths::List ContractCompiler::base_paths_of(const Target& servers,
                                                const BasePaths::List& otherwise) {
  if (servers.node == nullptr || !servers.node->is(Kind::array)) return otherwise;
  return base_paths_.of(*servers.node);
}

// Returns whether requests can match the path. If not, says what to write: in a problem, or in a
// remark where OpenAPI has no rule against it.
bool ContractCompiler::check_path(const Node& name) {
  const std::string& text = name.text;
  const size_t mark = text.find_first_of("?#");
  if (!text.starts_with('/')) {
    sources_.problem(name, "path-without-slash",
                     "a path must start with '/' (OpenAPI, Paths Object); write '/" + text + "'");
  } else if (mark != std::string::npos && text[mark] == '?') {
    sources_.remark(name, "path-with-query",
                    "a path ends before '?' (RFC 3986 section 3.4), so no request matches this "
                    "one, and it is not served; write '" +
                        text.substr(0, mark) +
                        "', and declare the rest as parameters with 'in: query'");
  } else if (mark != std::string::npos) {
    sources_.remark(name, "path-with-fragment",
                    "clients do not send '#' and what follows it (RFC 3986 section 3.5), so no "
                    "request matches this path, and it is not served; write '" +
                        text.substr(0, mark) +
                        "' once, with one operation for each method, and tell its uses apart by "
                        "parameters or by the body ('oneOf')");
  } else if (const auto segments = parse_template(text); !segments) {
    sources_.problem(name, "path-template", segments.error().message);
  } else {
    return true;
  }
  return false;
}

// Adds a route for each set of operations that some base paths serve.
void ContractCompiler::add_routes(const Node& name, size_t path) {
  std::map<std::string, std::vector<size_t>> operations;  // By base path.
  const Path& added_path = contract_.paths_[path];
  for (size_t i = 0; i < added_path.operations.size(); ++i) {
    for (const std::string& base : *added_path.operations[i].base_paths) {
      operations[base].push_back(i);
    }
  }
  std::map<std::vector<size_t>, size_t> routes;
  for (const auto& [base, indexes] : operations) {
    if (++templates_ > kTemplatesMax) {
      return sources_.problem(name, "too-many-routes",
                              "the paths, each with all its base paths, are more than " +
                                  std::to_string(kTemplatesMax) + "; list fewer servers");
    }
    const auto [route, is_new] = routes.emplace(indexes, contract_.routes_.size());
    if (is_new) contract_.routes_.push_back({path, indexes, allow_of(added_path, indexes)});
    const auto segments = parse_template(base + name.text);
    if (!segments) {
      sources_.problem(name, "path-template", segments.error().message);
    } else if (const auto added = contract_.router_.add(*segments, route->second); !added) {
      const Path& other = contract_.paths_[contract_.routes_[added.error().path].path];
      sources_.problem(name, "path-clash",
                       "the path matches the same requests as '" + other.path +
                           "' (OpenAPI, Paths Object); merge the two");
    }
  }
}

// Gives a name to each operation of a path that has no `operationId`.
void ContractCompiler::name_operations() {
  for (Path& path : contract_.paths_) {
    for (Operation& operation : path.operations) {
      if (!operation.id.empty()) continue;
      names_.want(*operation.node, operation.method, operation.path, operation.id);
    }
  }
  names_.finish();
}

}  // namespace penstock::contract
