#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "contract/document/document.h"
#include "contract/document/loader.h"
#include "contract/document/problems.h"

namespace penstock::contract {

// What a reference without a path is relative to: a file, or a schema with an `$id` (JSON Schema
// core 2020-12 section 9.1.1).
struct Resource {
  std::string base;  // A URI, or a file's name; without fragment.
  const Node* root = nullptr;
  // The schemas by their `$anchor` or `$dynamicAnchor`, and those by the latter alone.
  boost::unordered_flat_map<std::string, const Node*> anchors;
  boost::unordered_flat_map<std::string, const Node*> dynamic_anchors;
  bool validation = true;  // False: its metaschema leaves the validation vocabulary out.
  bool format_assertion = false;
};

// Where a reference leads. The node is null if it leads nowhere; that has been recorded as a
// problem.
struct Target {
  const Node* node = nullptr;
  const Resource* resource = nullptr;
};

// What kind of document the schemas stand in, which decides where `$id` and anchors are looked for.
enum class Embedding { none, openapi_3_0, openapi_3_1 };

// The documents of a contract, and what is wrong with them. It owns three lists: the documents, in
// the order in which they were read; the resources, which are the documents and those schemas in
// them that have an `$id`; the problems. Two maps lead to a resource, by its URI and by its node.
// Addresses in the lists are stable, so everything that is compiled from the documents borrows from
// here.
class Sources {
 public:
  // How a text becomes a document: Document::parse, or Document::parse_json in programs without
  // YAML.
  using Parser = base::Result<Document> (*)(std::string_view text, const std::string& file);

  explicit Sources(Loader loader, Parser parse = Document::parse)
      : loader_(std::move(loader)), parse_(parse) {}

  // Reads the first document, whose name is a file's or a URI. The node is null if the text is no
  // document; that has been recorded as a problem.
  [[nodiscard]] Target add_root(std::string_view text, const std::string& name);
  // Looks for schema resources and anchors; until then a document is one resource without anchors.
  // Documents that are loaded later are scanned in the same way.
  void scan(const Target& document, Embedding embedding);

  // Finds what `reference` leads to, which stands at `at`, within `resource`. It loads the document
  // if need be.
  [[nodiscard]] Target resolve(const Node& at, std::string_view reference,
                               const Resource& resource);
  // Returns the resource that `node` belongs to, when it was reached from within `resource`.
  [[nodiscard]] const Resource& resource_of(const Node& node, const Resource& resource) const;

  // Records what is wrong with the documents; everybody who reads them does.
  void problem(const Node& at, const std::string& sentence) { problems_.add(at, sentence); }
  [[nodiscard]] bool sound() const { return problems_.empty(); }
  // The error has every problem at once, as Problems::check() says them.
  [[nodiscard]] base::Result<> check() const { return problems_.check(); }
  [[nodiscard]] const std::deque<Resource>& resources() const { return resources_; }
  // All that have been read, the root first.
  [[nodiscard]] const std::deque<Document>& documents() const { return documents_; }

 private:
  [[nodiscard]] const Resource* load(const Node& at, const std::string& uri);
  [[nodiscard]] Target resolve_fragment(std::string_view fragment, const Resource& resource) const;
  Resource& make_resource(const std::string& base, const Node& root);
  void scan_schema(const Node& schema, Resource* resource);
  void scan_openapi(const Node& node, Resource& resource);
  void read_metaschema(const Node& schema, Resource& resource);

  Loader loader_;
  Parser parse_;
  Embedding embedding_ = Embedding::none;
  std::deque<Document> documents_;
  std::deque<Resource> resources_;
  boost::unordered_flat_map<std::string, Resource*> by_uri_;
  boost::unordered_flat_map<const Node*, const Resource*> by_node_;
  boost::unordered_flat_set<const Node*> scanned_;  // As schemas.
  boost::unordered_flat_set<const Node*> visited_;  // As anything else.
  Problems problems_;
};

// Resolves a reference by RFC 3986 section 5 against a URI; against a file's name, relative to its
// folder. The result has no fragment.
[[nodiscard]] std::string resolve_uri(const std::string& base, std::string_view reference);
// Returns what stands before the '#'.
[[nodiscard]] std::string without_fragment(std::string_view uri);

}  // namespace penstock::contract
