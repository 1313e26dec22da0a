#include "contract/openapi/base_paths.h"

#include <algorithm>

namespace penstock::contract {
namespace {

using Kind = Node::Kind;

// Variables can multiply the base paths of a server.
constexpr size_t kBasePathsMax = 50;

}  // namespace

std::vector<std::string> BasePaths::of(const Node& servers) {
  if (!servers.is(Kind::array)) sources_.problem(servers, "servers must be a list");
  for (const Node* server : servers.elements) {
    add_server(*server);
    if (failed_) break;
  }
  if (paths_.empty()) paths_.emplace_back();
  std::sort(paths_.begin(), paths_.end());
  return std::move(paths_);
}

// Adds the path of the server's URL. The scheme and the host are those of the load balancer.
void BasePaths::add_server(const Node& server) {
  std::string url = elements_.required_text(server, "url", "a server");
  elements_.refuse_other_keys(server, "server", {"url", "description", "variables"});
  const size_t scheme = url.find("://");
  if (scheme != std::string::npos || url.starts_with("//")) {
    const size_t slash = url.find('/', scheme == std::string::npos ? 2 : scheme + 3);
    url = slash == std::string::npos ? "" : url.substr(slash);
  } else if (!url.empty() && !url.starts_with('/')) {
    return sources_.problem(*server.find("url"),
                            "a server's URL must start with '/' or with a scheme and a host");
  }
  if (url.find_first_of("?#") != std::string::npos) {
    return sources_.problem(*server.find("url"), "a server's URL must not contain '?' or '#'");
  }
  expand(server, "", url);
}

// Replaces each variable in the path by every value of its `enum`, or else by its `default`. `done`
// is the expanded start of the path, and `rest` is the part that may still have variables.
void BasePaths::expand(const Node& server, const std::string& done, std::string_view rest) {
  if (failed_) return;
  const size_t open = rest.find('{');
  const size_t close = rest.find('}', open);
  if (open == std::string_view::npos || close == std::string_view::npos) {
    return add(server, done + std::string(rest));
  }
  const std::string name(rest.substr(open + 1, close - open - 1));
  const Node* variables = server.find("variables");
  const Node* variable = variables == nullptr ? nullptr : variables->find(name);
  const Node* values = variable == nullptr ? nullptr : variable->find("enum");
  const Node* otherwise = variable == nullptr ? nullptr : variable->find("default");
  const auto expand_with = [&](const Node& value) {
    expand(server, done + std::string(rest.substr(0, open)) + value.text, rest.substr(close + 1));
  };
  if (values == nullptr && otherwise == nullptr) {
    return problem(server, "the server variable '" + name + "' needs a default or an enum");
  }
  if (values == nullptr) return expand_with(*otherwise);
  if (!values->is(Kind::array) || values->elements.empty()) {
    return problem(*values, "enum must be a list of values");
  }
  for (const Node* value : values->elements) expand_with(*value);
}

void BasePaths::add(const Node& server, std::string path) {
  while (path.ends_with('/')) path.pop_back();
  if (std::find(paths_.begin(), paths_.end(), path) != paths_.end()) return;
  if (paths_.size() == kBasePathsMax) {
    return problem(server,
                   "the servers have more than " + std::to_string(kBasePathsMax) +
                       " base paths; list fewer servers, or fewer values of their variables");
  }
  paths_.push_back(std::move(path));
}

void BasePaths::problem(const Node& at, const std::string& sentence) {
  sources_.problem(at, sentence);
  failed_ = true;
}

}  // namespace penstock::contract
