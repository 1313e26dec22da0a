#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "contract/document/document.h"

namespace penstock::contract {

// Gives the text of another document by its URI or file name, or an error that says why not.
using Loader = std::function<base::Result<std::string>(const std::string& uri)>;

// What a reference without a path is relative to: a file, or a schema with an `$id` (JSON Schema core 2020-12
// section 9.1.1).
struct Resource {
  std::string base;  // A URI, or a file's name; without fragment.
  const Node* root = nullptr;
  // By `$anchor` and `$dynamicAnchor`, and by the latter alone.
  boost::unordered_flat_map<std::string, const Node*> anchors;
  boost::unordered_flat_map<std::string, const Node*> dynamic_anchors;
  bool validation = true;  // False: its metaschema leaves the validation vocabulary out.
  bool format_assertion = false;
};

// Where a reference leads.
struct Target {
  const Node* node = nullptr;  // Null: nowhere; the problem is recorded.
  const Resource* resource = nullptr;
};

// What kind of document the schemas stand in, which decides where `$id` and anchors are looked for.
enum class Embedding { none, openapi_3_0, openapi_3_1 };

// The documents of a contract while it is compiled, and what is wrong with them.
class Sources {
 public:
  using Parser = base::Result<Document> (*)(std::string_view text, const std::string& file);

  explicit Sources(Loader loader, Parser parse = Document::parse)
      : loader_(std::move(loader)), parse_(parse) {}

  // The first document. Its problems are problems.
  [[nodiscard]] Target add_root(std::string_view text, const std::string& name);
  // Looks for schema resources and anchors; until then a document is one resource without anchors.
  void scan(const Target& document, Embedding embedding);

  // `reference` as it stands at `at`, within `resource`.
  [[nodiscard]] Target resolve(const Node& at, std::string_view reference, const Resource& resource);
  // The resource that `node` belongs to, when it was reached from within `resource`.
  [[nodiscard]] const Resource& resource_of(const Node& node, const Resource& resource) const;

  // Records "FILE:LINE:COLUMN: sentence".
  void problem(const Node& at, const std::string& text);
  [[nodiscard]] bool sound() const { return problems_.empty(); }
  // Every problem at once, one a line and in the order of their places; or nothing.
  [[nodiscard]] base::Result<> check() const;
  [[nodiscard]] const std::deque<Resource>& resources() const { return resources_; }
  // All that have been read, the root first.
  [[nodiscard]] const std::deque<Document>& documents() const { return documents_; }

 private:
  struct Problem {
    std::string file;
    uint32_t line;
    uint32_t column;
    std::string sentence;
  };

  [[nodiscard]] const Resource* document(const Node& at, const std::string& uri);
  Resource& make_resource(const std::string& base, const Node& root);
  void scan_schema(const Node& schema, Resource* resource);
  void scan_anything(const Node& node, Resource& resource);
  void read_metaschema(const Node& schema, Resource& resource);
  [[nodiscard]] Target fragment(std::string_view fragment, const Resource& resource) const;

  Loader loader_;
  Parser parse_;
  Embedding embedding_ = Embedding::none;
  std::deque<Document> documents_;
  std::deque<Resource> resources_;
  boost::unordered_flat_map<std::string, Resource*> by_uri_;
  boost::unordered_flat_map<const Node*, const Resource*> by_node_;
  boost::unordered_flat_set<const Node*> scanned_;  // As schemas.
  boost::unordered_flat_set<const Node*> visited_;  // As anything else.
  std::vector<Problem> problems_;
  bool more_problems_ = false;
};

// RFC 3986 section 5 for URIs; for file names, relative to the folder of `base`. Without fragment.
[[nodiscard]] std::string resolve_uri(const std::string& base, std::string_view reference);

}  // namespace penstock::contract
