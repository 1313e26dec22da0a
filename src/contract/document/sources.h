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

// A resource is what a reference such as `#/components` is relative to: a file, or a schema with an
// `$id` (JSON Schema core 2020-12 section 9.1.1).
struct Resource {
  std::string base;  // A URI or a file's name, without a fragment.
  const Node* root = nullptr;
  // The first map has the schemas by their `$anchor` or `$dynamicAnchor`, and the second one those
  // with a `$dynamicAnchor`.
  boost::unordered_flat_map<std::string, const Node*> anchors;
  boost::unordered_flat_map<std::string, const Node*> dynamic_anchors;
  // These say whether the metaschema includes the vocabularies "validation" and "format-assertion"
  // (JSON Schema core 2020-12 section 8.1.2).
  bool validation = true;
  bool format_assertion = false;
};

// A Target is what a reference leads to. If it leads to nothing, both pointers are null, and a
// problem has been recorded.
struct Target {
  const Node* node = nullptr;
  const Resource* resource = nullptr;
};

// An Embedding is the kind of document that contains the schemas. It decides where `$id` and
// anchors are searched. `none` is a document of JSON Schema: its root is a schema.
enum class Embedding { none, openapi_3_0, openapi_3_1 };

// Sources has the documents of a contract, and what is wrong with them. It owns three lists: the
// documents, in the order in which they were read; the resources, which are the documents and the
// schemas in them that have an `$id`; the problems. Two maps find a resource by its URI and by its
// node. Addresses in the first two lists are stable, and everything that is compiled from the
// documents borrows from here, so it must outlive that and must not be copied. It is used by one
// thread while documents are read; afterwards several threads may read it.
class Sources {
 public:
  // Turns a text into a document: Document::parse, or Document::parse_json in programs without
  // YAML. The message of its error begins with the file's name.
  using Parser = base::Result<Document> (*)(std::string_view text, const std::string& file);

  explicit Sources(Loader loader, Parser parse = Document::parse)
      : loader_(std::move(loader)), parse_(parse) {}

  // Reads the first document, and is called once by its users. `name` is a file's name or a URI.
  // The target is empty if the text cannot be read; then a problem has been recorded. The text is
  // not needed afterwards.
  [[nodiscard]] Target add_root(std::string_view text, const std::string& name);
  // Finds the schema resources and anchors of a document, which is one resource without anchors
  // until then. Documents that are loaded later are scanned with the same `embedding`.
  void scan(const Target& document, Embedding embedding);

  // Returns the target of `reference`, and loads its document first if necessary. `at` is the node
  // of the reference, for messages, and `resource` is the resource that contains it. The target is
  // empty, and a problem has been recorded, if the document cannot be read, if there are more than
  // 100 documents, or if the reference points to nothing.
  [[nodiscard]] Target resolve(const Node& at, std::string_view reference,
                               const Resource& resource);
  // Returns the resource that `node` belongs to. `resource` is the one from which it was reached,
  // and the answer if `node` does not start another.
  [[nodiscard]] const Resource& resource_of(const Node& node, const Resource& resource) const;

  // Records a problem that stops the start. Every reader of the documents calls it. `kind` groups
  // problems (problems.h).
  void problem(const Node& at, std::string_view kind, std::string_view sentence) {
    problems_.add(Problem::Severity::refusal, at, kind, sentence);
  }
  // Records a sentence about something that has no effect, or not yet.
  void remark(const Node& at, std::string_view kind, std::string_view sentence) {
    problems_.add(Problem::Severity::remark, at, kind, sentence);
  }
  // Returns whether no problem that stops the start has been recorded.
  [[nodiscard]] bool sound() const { return problems_.sound(); }
  // Fails with `invalid` and the problems, as Problems::check() does.
  [[nodiscard]] base::Result<> check() const { return problems_.check(); }
  [[nodiscard]] const Problems& problems() const { return problems_; }
  // Returns all resources of the documents that have been read.
  [[nodiscard]] const std::deque<Resource>& resources() const { return resources_; }
  // Returns all documents that have been read, the root first.
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
  boost::unordered_flat_set<const Node*> scanned_;  // Nodes that were scanned as schemas.
  boost::unordered_flat_set<const Node*> visited_;  // Nodes that were scanned as anything else.
  Problems problems_;
};

// Resolves a reference against a URI (RFC 3986 section 5), or against a file's name, relative to
// its folder; then the reference's percent encoding is decoded. The result has no fragment. If the
// reference cannot be resolved, it is returned as it is.
[[nodiscard]] std::string resolve_uri(const std::string& base, std::string_view reference);
// Returns the part before the first '#'.
[[nodiscard]] std::string without_fragment(std::string_view uri);

}  // namespace penstock::contract
