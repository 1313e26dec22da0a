#include "contract/structure/base_paths.h"

#include <algorithm>
#include <cctype>

#include "contract/document/sources.h"
#include "contract/parameters/percent.h"
#include "contract/structure/object_rules.h"

namespace penstock::contract {
namespace {

using Kind = Node::Kind;

// Variables can multiply the base paths of a server, and the URLs that have the same path.
constexpr size_t kBasePathsMax = 50;
constexpr size_t kUrlsMax = 1000;
constexpr size_t kAllUrlsMax = 100'000;
constexpr size_t kUrlBytesMax = 2000;

// Returns where the path of a URL with a scheme or a host begins, which may be its end. Returns
// npos for a URL that has neither. A text such as "localhost:8080/api" is taken for a host and a
// port, although it says the scheme "localhost" to the letter.
size_t path_start(std::string_view url) {
  if (url.starts_with("//")) return std::min(url.find('/', 2), url.size());
  const size_t end = url.find_first_of(":/?#");
  if (end == std::string_view::npos || url[end] != ':') return std::string_view::npos;
  const size_t host = url.substr(end).starts_with("://") ? end + 3 : end + 1;
  return std::min(url.find('/', host), url.size());
}

// Removes the segments "." and "..", as in RFC 3986 section 5.2.4, and the slashes at the end.
std::string normal(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const size_t next = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, next);
    path.remove_prefix(next);
    if (segment == "/..") {
      out.erase(std::min(out.rfind('/'), out.size()));
    } else if (segment != "/.") {
      out += segment;
    }
  }
  while (out.ends_with('/')) out.pop_back();
  return out;
}

// A brace that is left belongs to a value. As text of a template it must be encoded.
std::string without_braces(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '{') {
      out += "%7B";
    } else if (c == '}') {
      out += "%7D";
    } else {
      out += c;
    }
  }
  return out;
}

void keep_distinct(std::vector<std::string>& all) {
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
}

}  // namespace

BasePaths::List BasePaths::of(const Node& servers) {
  const auto [known, is_new] = known_.try_emplace(&servers);
  if (!is_new) return known->second;
  paths_.clear();
  failed_ = false;
  for (const Node* server : servers.elements) {
    add_server(*server);
    if (failed_) break;
  }
  if (paths_.empty()) paths_.emplace_back();
  std::sort(paths_.begin(), paths_.end());
  known->second = std::make_shared<const std::vector<std::string>>(std::move(paths_));
  return known->second;
}

// Adds the paths of the server's URL. The scheme and the host are those of the load balancer.
void BasePaths::add_server(const Node& server) {
  if (!objects_.check(server, object_rules::kServer)) return;
  const Node& url = *server.find("url");
  check_variables(server);
  const std::vector<std::string> urls = expanded(server, url.text);
  urls_ += urls.size();
  if (urls_ > kAllUrlsMax) {
    return problem(server, "too-many-base-paths",
                   "all servers together have more than " + std::to_string(kAllUrlsMax) +
                       " URLs, with the values of variables; list fewer");
  }
  for (const std::string& one : urls) add_path_of(url, one);
}

void BasePaths::check_variables(const Node& server) {
  const Node* variables = server.find("variables");
  if (variables == nullptr) return;
  for (const Member& variable : variables->members) {
    const Node* values = variable.value->find("enum");
    const Node* otherwise = variable.value->find("default");
    if (values == nullptr || otherwise == nullptr) continue;
    const bool listed =
        std::any_of(values->elements.begin(), values->elements.end(),
                    [&](const Node* value) { return value->text == otherwise->text; });
    if (listed) continue;
    const std::string sentence = "the server variable '" + variable.key->text +
                                 "': its default is not in its enum (OpenAPI, Server Variable "
                                 "Object); add it there";
    // OpenAPI 3.0 says that it should be, and 3.1 that it must be.
    if (objects_.is_3_0()) {
      sources_.remark(*otherwise, "server-variable-default", sentence);
    } else {
      sources_.problem(*otherwise, "server-variable-default", sentence);
    }
  }
}

// Returns the values that a variable may have. In the scheme or the host all values without a slash
// are alike, because they have no part in the path.
std::vector<std::string> BasePaths::values_of(const Node& server, const std::string& name,
                                              bool is_in_host) {
  const Node* variables = server.find("variables");
  const Node* variable = variables == nullptr ? nullptr : variables->find(name);
  const Node* values = variable == nullptr ? nullptr : variable->find("enum");
  const Node* otherwise = variable == nullptr ? nullptr : variable->find("default");
  std::vector<std::string> all;
  const auto add = [&](const std::string& text) {
    const bool is_path = text.find('/') != std::string::npos;
    refuse_long(*server.find("url"), text);
    all.push_back(is_in_host && !is_path ? "host" : text);
  };
  if (variable == nullptr && is_in_host) {
    sources_.remark(*server.find("url"), "undeclared-server-variable",
                    "the URL has '{" + name + "}', which 'variables' does not declare");
    add("host");
  } else if (variable == nullptr) {
    problem(*server.find("url"), "undeclared-server-variable",
            "the URL has '{" + name +
                "}', which 'variables' does not declare; give it a default there (OpenAPI, "
                "Server Object)");
  }
  if (values != nullptr) {
    for (const Node* value : values->elements) add(value->text);
  }
  if (otherwise != nullptr) add(otherwise->text);
  keep_distinct(all);
  return all;
}

std::vector<std::string> BasePaths::expanded(const Node& server, std::string_view url) {
  const size_t host_end = path_start(url);
  std::vector<std::string> urls{""};
  refuse_long(*server.find("url"), url);
  size_t at = 0;
  while (at < url.size() && !failed_) {
    const size_t open = url.find('{', at);
    const size_t close = url.find('}', open);
    const bool has_variable = open != std::string_view::npos && close != std::string_view::npos;
    const std::string_view literal = url.substr(at, has_variable ? open - at : url.size());
    for (std::string& one : urls) one += literal;
    if (!has_variable) break;
    const auto values = values_of(server, std::string(url.substr(open + 1, close - open - 1)),
                                  host_end != std::string_view::npos && open < host_end);
    at = close + 1;
    if (urls.size() * values.size() > kUrlsMax) {
      problem(server, "too-many-base-paths",
              "the variables of the server have more than " + std::to_string(kUrlsMax) +
                  " combinations; list fewer of their values");
      break;
    }
    std::vector<std::string> longer;
    for (const std::string& one : urls) {
      for (const std::string& value : values) longer.push_back(one + value);
    }
    urls = std::move(longer);
    keep_distinct(urls);
    for (const std::string& one : urls) refuse_long(*server.find("url"), one);
  }
  return failed_ ? std::vector<std::string>() : urls;
}

void BasePaths::refuse_long(const Node& at, std::string_view url) {
  if (url.size() <= kUrlBytesMax || failed_) return;
  problem(at, "server-url",
          "a server's URL must not be longer than " + std::to_string(kUrlBytesMax) +
              " bytes, with its variables");
}

void BasePaths::add_path_of(const Node& at, const std::string& url) {
  refuse_long(at, url);
  if (failed_) return;
  if (url.find_first_of("?#") != std::string::npos) {
    return sources_.problem(at, "server-url",
                            "a server's URL must not contain '?' or '#' (OpenAPI, Server Object)");
  }
  if (!is_percent_encoded(url)) {
    return sources_.problem(at, "server-url",
                            "the URL has a '%' that is not followed by two hexadecimal digits");
  }
  const size_t start = path_start(url);
  const bool is_relative = start == std::string::npos && !url.starts_with('/');
  std::string path = without_braces(normal(is_relative                  ? "/" + url
                                           : start == std::string::npos ? url
                                                                        : url.substr(start)));
  if (is_relative) {
    sources_.remark(
        at, "relative-server-url",
        "the URL is relative to where the document is served, which is taken to be "
        "'/'; so " +
            (path.empty() ? "there is no base path" : "the base path is '" + path + "'"));
  }
  if (path.find("//") != std::string::npos) {
    sources_.remark(
        at, "empty-segment",
        "the base path '" + path + "' has two slashes in turn, and only requests with both match");
  }
  if (std::find(paths_.begin(), paths_.end(), path) != paths_.end()) return;
  if (paths_.size() == kBasePathsMax) {
    return problem(at, "too-many-base-paths",
                   "the servers have more than " + std::to_string(kBasePathsMax) +
                       " base paths; list fewer servers, or fewer values of their variables");
  }
  paths_.push_back(std::move(path));
}

void BasePaths::problem(const Node& at, std::string_view kind, const std::string& sentence) {
  sources_.problem(at, kind, sentence);
  failed_ = true;
}

}  // namespace penstock::contract
