#include "contract/openapi/base_paths.h"

#include <algorithm>

namespace penstock::contract {
namespace {

using Kind = Node::Kind;

constexpr size_t kBasePathsMax = 50;

}  // namespace

// The path of each server's URL; of its scheme and host the load balancer takes care.
std::vector<std::string> BasePaths::of(const Node& servers) {
  std::vector<std::string> bases;
  if (!servers.is(Kind::array)) sources_.problem(servers, "servers must be a list");
  for (const Node* server : servers.elements) {
    std::string url = elements_.text(*server, "url", "a server");
    elements_.only(*server, "server", {"url", "description", "variables"});
    const size_t scheme = url.find("://");
    if (scheme != std::string::npos || url.starts_with("//")) {
      const size_t slash = url.find('/', scheme == std::string::npos ? 2 : scheme + 3);
      url = slash == std::string::npos ? "" : url.substr(slash);
    } else if (!url.empty() && !url.starts_with('/')) {
      sources_.problem(*server->find("url"),
                       "a server's URL must start with '/' or with a scheme and a host");
      continue;
    }
    if (url.find_first_of("?#") != std::string::npos) {
      sources_.problem(*server->find("url"), "a server's URL has no query and no fragment");
      continue;
    }
    if (!expand(*server, "", url, bases)) break;
  }
  if (bases.empty()) bases.emplace_back();
  std::sort(bases.begin(), bases.end());
  bases.erase(std::unique(bases.begin(), bases.end()), bases.end());
  return bases;
}

// A variable in the path stands for each value of its enum; without one, for its default. `done` is the
// beginning, `rest` what may have variables still. False: there is a problem, and that is enough.
bool BasePaths::expand(const Node& server, const std::string& done, std::string_view rest,
                       std::vector<std::string>& out) {
  const size_t open = rest.find('{');
  const size_t close = rest.find('}', open);
  if (open == std::string_view::npos || close == std::string_view::npos) {
    std::string url = done + std::string(rest);
    while (url.ends_with('/')) url.pop_back();
    if (std::find(out.begin(), out.end(), url) != out.end()) return true;
    if (out.size() == kBasePathsMax) {
      sources_.problem(server, "the servers have more than " + std::to_string(kBasePathsMax) + " base paths");
      return false;
    }
    out.push_back(std::move(url));
    return true;
  }
  const std::string name(rest.substr(open + 1, close - open - 1));
  const Node* variables = server.find("variables");
  const Node* variable = variables == nullptr ? nullptr : variables->find(name);
  const Node* values = variable == nullptr ? nullptr : variable->find("enum");
  const Node* otherwise = variable == nullptr ? nullptr : variable->find("default");
  const auto with = [&](const Node& value) {
    return expand(server, done + std::string(rest.substr(0, open)) + value.text, rest.substr(close + 1), out);
  };
  if (values == nullptr && otherwise == nullptr) {
    sources_.problem(server, "the variable '" + name + "' in a base path needs a default or an enum");
    return false;
  }
  if (values == nullptr) return with(*otherwise);
  if (!values->is(Kind::array) || values->elements.empty()) {
    sources_.problem(*values, "enum must be a list of values");
    return false;
  }
  return std::all_of(values->elements.begin(), values->elements.end(),
                     [&](const Node* value) { return with(*value); });
}

}  // namespace penstock::contract
