#include "contract/document/sources.h"

#include <algorithm>
#include <array>
#include <boost/url/parse.hpp>
#include <boost/url/pct_string_view.hpp>
#include <boost/url/url.hpp>
#include <charconv>
#include <filesystem>
#include <tuple>

namespace penstock::contract {
namespace {

constexpr size_t kProblemsMax = 50;
constexpr size_t kDocumentsMax = 100;
constexpr std::string_view kMetaschema = "https://json-schema.org/draft/2020-12/schema";
constexpr std::string_view kOpenapiMetaschema = "https://spec.openapis.org/oas/3.1/dialect/base";
constexpr std::string_view kVocabulary = "https://json-schema.org/draft/2020-12/vocab/";

// Keywords whose value is a schema, a list of schemas, an object of schemas (draft 2020-12).
constexpr std::array kSchemaKeywords = {std::string_view("items"),
                                        std::string_view("contains"),
                                        std::string_view("additionalProperties"),
                                        std::string_view("propertyNames"),
                                        std::string_view("not"),
                                        std::string_view("if"),
                                        std::string_view("then"),
                                        std::string_view("else"),
                                        std::string_view("unevaluatedItems"),
                                        std::string_view("unevaluatedProperties"),
                                        std::string_view("contentSchema")};
constexpr std::array kListKeywords = {std::string_view("allOf"), std::string_view("anyOf"),
                                      std::string_view("oneOf"), std::string_view("prefixItems")};
constexpr std::array kMapKeywords = {std::string_view("$defs"), std::string_view("definitions"),
                                     std::string_view("properties"), std::string_view("patternProperties"),
                                     std::string_view("dependentSchemas")};

constexpr std::array kNameMaps = {std::string_view("paths"),         std::string_view("pathItems"),
                                  std::string_view("parameters"),    std::string_view("headers"),
                                  std::string_view("requestBodies"), std::string_view("responses"),
                                  std::string_view("content")};

template <class Set>
bool has(const Set& set, std::string_view name) {
  return std::find(set.begin(), set.end(), name) != set.end();
}

bool has_scheme(std::string_view uri) {
  const size_t end = uri.find_first_of(":/?#");
  return end != std::string_view::npos && end > 1 && uri[end] == ':';
}

std::string without_fragment(std::string_view uri) {
  return std::string(uri.substr(0, uri.find('#')));
}

// "~1" → "/", "~0" → "~" (RFC 6901 section 4).
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

const Node* element(const Node& array, std::string_view index) {
  size_t i = 0;
  const auto [end, error] = std::from_chars(index.data(), index.data() + index.size(), i);
  if (error != std::errc() || end != index.data() + index.size() || i >= array.elements.size())
    return nullptr;
  return array.elements[i];
}

}  // namespace

std::string resolve_uri(const std::string& base, std::string_view reference) {
  const std::string path = without_fragment(reference);
  if (path.empty()) return base;
  if (has_scheme(path)) return path;
  if (!has_scheme(base)) {
    const std::filesystem::path folder = std::filesystem::path(base).parent_path();
    return (folder / path).lexically_normal().generic_string();
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
    const std::string& message = document.error().message;  // "FILE:LINE:COLUMN: sentence" already
    problems_.push_back({.file = message, .line = 0, .column = 0, .sentence = ""});
    return {};
  }
  documents_.push_back(std::move(*document));
  const Node& root = documents_.back().root();
  return {&root, &make_resource(uri, root)};
}

void Sources::scan(const Target& document, Embedding embedding) {
  embedding_ = embedding;
  if (embedding == Embedding::openapi_3_0) return;  // It knows neither `$id` nor anchors.
  auto& resource = const_cast<Resource&>(*document.resource);
  if (embedding == Embedding::none || document.node->find("openapi") == nullptr) {
    scan_schema(*document.node, &resource);
  }
  if (embedding == Embedding::openapi_3_1) scan_anything(*document.node, resource);
}

// Finds the schemas of an OpenAPI document; examples may look like schemas, and are none. Where the keys are
// names that the author chose, "default" and "example" are names like any other.
void Sources::scan_anything(const Node& node, Resource& resource) {
  if (node.is_scalar() || !visited_.insert(&node).second) return;
  for (const Node* element : node.elements) scan_anything(*element, resource);
  for (const Member& member : node.members) {
    const std::string& key = member.key->text;
    if (key == "example" || key == "examples" || key == "value" || key == "default") continue;
    if (has(kNameMaps, key)) {
      for (const Member& named : member.value->members) scan_anything(*named.value, resource);
      for (const Node* element : member.value->elements) scan_anything(*element, resource);
    } else if (key == "schema") {
      scan_schema(*member.value, &resource);
    } else if (key == "schemas") {
      for (const Member& schema : member.value->members) scan_schema(*schema.value, &resource);
    } else {
      scan_anything(*member.value, resource);
    }
  }
}

void Sources::scan_schema(const Node& schema, Resource* resource) {
  if (schema.kind != Node::Kind::object || !scanned_.insert(&schema).second) return;
  if (const Node* id = schema.find("$id"); id != nullptr && id->is(Node::Kind::string)) {
    const std::string base = resolve_uri(resource->base, id->text);
    if (&schema == resource->root) {
      resource->base = base;
      by_uri_.emplace(base, resource);
    } else if (const auto known = by_uri_.find(base); known != by_uri_.end()) {
      problem(*id, "$id '" + id->text + "' is used twice");
    } else {
      Resource& inner = make_resource(base, schema);
      inner.validation = resource->validation;
      inner.format_assertion = resource->format_assertion;
      resource = &inner;
    }
  }
  by_node_[&schema] = resource;
  read_metaschema(schema, *resource);
  for (const char* keyword : {"$anchor", "$dynamicAnchor"}) {
    const Node* anchor = schema.find(keyword);
    if (anchor == nullptr || !anchor->is(Node::Kind::string)) continue;
    const auto [known, is_new] = resource->anchors.emplace(anchor->text, &schema);
    if (!is_new && known->second != &schema)
      problem(*anchor, "the anchor '" + anchor->text + "' is used twice");
    if (keyword[1] == 'd') resource->dynamic_anchors.emplace(anchor->text, &schema);
  }
  for (const Member& member : schema.members) {
    const std::string& key = member.key->text;
    if (has(kSchemaKeywords, key)) {
      scan_schema(*member.value, resource);
    } else if (has(kListKeywords, key)) {
      for (const Node* one : member.value->elements) scan_schema(*one, resource);
    } else if (has(kMapKeywords, key)) {
      for (const Member& one : member.value->members) scan_schema(*one.value, resource);
    }
  }
}

// Core section 8.1: `$schema` names a metaschema, whose `$vocabulary` says which keywords mean something.
void Sources::read_metaschema(const Node& schema, Resource& resource) {
  const Node* name = schema.find("$schema");
  if (name == nullptr) return;
  const std::string uri = without_fragment(name->text);
  if (uri == kMetaschema || uri == kOpenapiMetaschema) return;
  if (uri.starts_with("http://json-schema.org/draft-0") || &schema != resource.root)
    return problem(*name, "$schema '" + name->text + "' is not known; that of draft 2020-12 is");
  const Resource* metaschema = document(*name, uri);
  const Node* vocabulary = metaschema == nullptr ? nullptr : metaschema->root->find("$vocabulary");
  if (metaschema != nullptr && vocabulary == nullptr)
    problem(*name, "$schema '" + name->text + "' is no dialect of draft 2020-12");
  if (vocabulary == nullptr) return;
  resource.validation = false;
  for (const Member& entry : vocabulary->members) {
    std::string_view key = entry.key->text;
    const bool known = key.starts_with(kVocabulary);
    if (!known) {
      if (entry.value->boolean)
        problem(*name, "$schema: the vocabulary " + entry.key->text + " is not known");
      continue;
    }
    key.remove_prefix(kVocabulary.size());
    if (key == "validation") resource.validation = true;
    if (key == "format-assertion") resource.format_assertion = true;
  }
}

const Resource& Sources::resource_of(const Node& node, const Resource& resource) const {
  const auto found = by_node_.find(&node);
  return found == by_node_.end() ? resource : *found->second;
}

const Resource* Sources::document(const Node& at, const std::string& uri) {
  if (const auto known = by_uri_.find(uri); known != by_uri_.end()) return known->second;
  if (documents_.size() == kDocumentsMax) {
    problem(at, "the contract has more than " + std::to_string(kDocumentsMax) + " files");
    return nullptr;
  }
  const auto text = loader_(uri);
  if (!text) {
    problem(at, "'" + uri + "' cannot be read: " + text.error().message);
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
    problem(at, "a reference has no control characters");
    return {};
  }
  const size_t mark = reference.find('#');
  const std::string_view path = reference.substr(0, mark);
  const Resource* where = path.empty() ? &resource : document(at, resolve_uri(resource.base, path));
  if (where == nullptr) return {};
  const Target target = fragment(mark == std::string_view::npos ? "" : reference.substr(mark + 1), *where);
  if (target.node == nullptr) problem(at, "'" + std::string(reference) + "' points to nothing");
  return target;
}

Target Sources::fragment(std::string_view fragment, const Resource& resource) const {
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

void Sources::problem(const Node& at, const std::string& text) {
  const std::string sentence = one_line(text);
  const std::string& file = at.file == nullptr ? "" : *at.file;
  for (const Problem& known : problems_) {
    if (known.line == at.line && known.column == at.column && known.file == file &&
        known.sentence == sentence)
      return;
  }
  if (problems_.size() < kProblemsMax) {
    problems_.push_back({file, at.line, at.column, sentence});
  } else {
    more_problems_ = true;
  }
}

base::Result<> Sources::check() const {
  if (problems_.empty()) return {};
  std::vector<Problem> sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
  });
  std::string all;
  for (const Problem& problem : sorted) {
    all += all.empty() ? "" : "\n";
    all += problem.file;
    if (problem.line != 0) {
      all +=
          ':' + std::to_string(problem.line) + ':' + std::to_string(problem.column) + ": " + problem.sentence;
    }
  }
  if (more_problems_) all += "\nand more than these " + std::to_string(kProblemsMax);
  return base::Error{.code = base::ErrorCode::invalid, .message = all};
}

}  // namespace penstock::contract
