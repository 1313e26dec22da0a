#include "contract/document/sources.h"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/pct_string_view.hpp>
#include <boost/url/url.hpp>
#include <filesystem>

#include "base/number_text.h"

namespace penstock::contract {
namespace {

constexpr size_t kDocumentsMax = 100;

bool has_scheme(std::string_view uri) {
  const size_t end = uri.find_first_of(":/?#");
  return end != std::string_view::npos && end > 1 && uri[end] == ':';
}

// Replaces "~1" by "/" and "~0" by "~" (RFC 6901 section 4).
std::string unescaped(std::string_view token) {
  std::string out;
  for (size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size()) {
      out += token[++i] == '1' ? '/' : '~';
    } else {
      out += token[i];
    }
  }
  return out;
}

// Decodes the percent encoding of a file's name, which is a URI in a `$ref` (RFC 3986 section 2.1).
// A text that is no URI for that reason is the name itself, such as "100%.yaml". An encoded slash
// is a part of a name, and no file has one; it stays encoded, so that it does not lead to another
// folder.
std::string file_name_of(std::string_view path) {
  const auto encoded = boost::urls::make_pct_string_view(path);
  if (!encoded) return std::string(path);
  std::string name;
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      name += path[i];
      continue;
    }
    const std::string_view digits = path.substr(i, 3);
    const std::string decoded = boost::urls::make_pct_string_view(digits)->decode();
    const bool stays = decoded == "/" || static_cast<unsigned char>(decoded[0]) < ' ';
    name += stays ? std::string(digits) : decoded;
    i += 2;
  }
  return name;
}

const Node* element(const Node& array, std::string_view index) {
  const auto i = base::whole_number<size_t>(index);
  return i && *i < array.elements.size() ? array.elements[*i] : nullptr;
}

}  // namespace

std::string without_fragment(std::string_view uri) {
  return std::string(uri.substr(0, uri.find('#')));
}

std::string resolve_uri(const std::string& base, std::string_view reference) {
  const std::string path = without_fragment(reference);
  if (path.empty()) return base;
  if (has_scheme(path)) return path;
  if (!has_scheme(base)) {
    const std::filesystem::path folder = std::filesystem::path(base).parent_path();
    return (folder / file_name_of(path)).lexically_normal().generic_string();
  }
  const auto from = boost::urls::parse_uri(base);
  const auto to = boost::urls::parse_uri_reference(path);
  boost::urls::url resolved;
  if (!from || !to || !boost::urls::resolve(*from, *to, resolved)) return path;
  return std::string(resolved.buffer());
}

Resource& Sources::make_resource(const std::string& base, const Node& root) {
  Resource& resource = resources_.emplace_back();
  resource.base = base;
  resource.root = &root;
  by_uri_.emplace(base, &resource);
  by_node_[&root] = &resource;
  return resource;
}

Target Sources::add_root(std::string_view text, const std::string& name) {
  const std::string uri =
      has_scheme(name) ? name : std::filesystem::path(name).lexically_normal().generic_string();
  auto document = parse_(text, name);
  if (!document) {
    problems_.add_unreadable(name, document.error().message);
    return {};
  }
  documents_.push_back(std::move(*document));
  for (const Node* key : documents_.back().merge_keys()) {
    problem(
        *key, "yaml-merge-key",
        "YAML 1.2 has no merge key '<<', and OpenAPI no tag for it; write the members themselves, "
        "or use $ref or allOf; a member with this name is written in quotes");
  }
  const Node& root = documents_.back().root();
  return {&root, &make_resource(uri, root)};
}

const Resource& Sources::resource_of(const Node& node, const Resource& resource) const {
  const auto found = by_node_.find(&node);
  return found == by_node_.end() ? resource : *found->second;
}

const Resource* Sources::load(const Node& at, const std::string& uri) {
  if (const auto known = by_uri_.find(uri); known != by_uri_.end()) return known->second;
  if (documents_.size() == kDocumentsMax) {
    problem(at, "too-many-files",
            "the contract has more than " + std::to_string(kDocumentsMax) +
                " files; put some of them into one file");
    return nullptr;
  }
  const auto text = loader_(uri);
  if (!text) {
    problem(at, "unreadable-document", "'" + uri + "' cannot be read: " + text.error().message);
    return nullptr;
  }
  const Target added = add_root(*text, uri);
  if (added.node == nullptr) return nullptr;
  scan(added, embedding_);
  return added.resource;
}

Target Sources::resolve(const Node& at, std::string_view reference, const Resource& resource) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' '; };
  if (std::any_of(reference.begin(), reference.end(), is_control)) {
    problem(at, "reference-to-nothing", "the reference contains a control character; remove it");
    return {};
  }
  const size_t mark = reference.find('#');
  const std::string_view path = reference.substr(0, mark);
  const Resource* where = path.empty() ? &resource : load(at, resolve_uri(resource.base, path));
  if (where == nullptr) return {};
  const Target target =
      resolve_fragment(mark == std::string_view::npos ? "" : reference.substr(mark + 1), *where);
  if (target.node == nullptr) {
    problem(at, "reference-to-nothing", "'" + std::string(reference) + "' points to nothing");
  }
  return target;
}

Target Sources::resolve_fragment(std::string_view fragment, const Resource& resource) const {
  if (fragment.empty()) return {resource.root, &resource};
  const auto encoded = boost::urls::make_pct_string_view(fragment);
  if (!encoded) return {};
  const std::string plain = encoded->decode();
  if (plain[0] != '/') {
    const auto found = resource.anchors.find(plain);
    return found == resource.anchors.end() ? Target{} : Target{found->second, &resource};
  }
  const Node* node = resource.root;
  const Resource* current = &resource;
  for (size_t at = 0; at != std::string::npos && node != nullptr;) {
    const size_t slash = plain.find('/', at + 1);
    const std::string token = unescaped(std::string_view(plain).substr(at + 1, slash - at - 1));
    node = node->is(Node::Kind::array) ? element(*node, token) : node->find(token);
    if (node != nullptr) current = &resource_of(*node, *current);
    at = slash;
  }
  return {node, current};
}

}  // namespace penstock::contract
