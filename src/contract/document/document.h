#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock::contract {

class DocumentBuilder;
struct Node;

// This room reads YAML and JSON texts into trees. A Document owns its Nodes in a list. A Node is
// one value: it points to the values inside it, and knows its file, line and column, which every
// message needs. YAML and JSON become the same tree, because both parsers send their events to one
// DocumentBuilder (document_builder.h). Sources (sources.h) owns the documents of a contract and
// follows the references between them; Problems (problems.h) collects what is wrong with them. What
// is compiled from a document points to its nodes instead of copying them, so the document must
// outlive it.

// A Member is a key and a value of an object. Neither pointer is null, and the key is a scalar.
struct Member {
  const Node* key = nullptr;
  const Node* value = nullptr;
};

// A Node is one value of a document with its location in the text. It never changes, and lives as
// long as its Document. An alias of YAML is the node that it names, so a node can have several
// parents.
struct Node {
  enum class Kind : uint8_t { null, boolean, number, string, array, object };

  Kind kind = Kind::null;
  bool boolean = false;
  uint16_t height = 0;  // The number of levels below this value, with aliases followed.
  uint32_t line = 1;    // Counted from 1, as editors do; so is the column.
  uint32_t column = 1;
  const std::string* file = nullptr;  // Owned by the Document.
  boost::json::value number;          // An int64, a uint64 or a double.
  std::string text;                   // A scalar as written; a number has one, too.
  std::vector<const Node*> elements;  // The elements of an array.
  std::vector<Member> members;        // The members of an object, in the document's order.
  // These are the indexes of the members, sorted by key. An object with few members has none.
  std::vector<uint32_t> sorted;

  [[nodiscard]] bool is(Kind wanted) const { return kind == wanted; }
  [[nodiscard]] bool is_scalar() const { return kind != Kind::array && kind != Kind::object; }
  // Returns the member with this name, or null if there is none, or this is not an object.
  [[nodiscard]] const Member* find_member(std::string_view name) const;
  // Returns the value of that member, or null.
  [[nodiscard]] const Node* find(std::string_view name) const;
  // Returns "FILE:LINE:COLUMN".
  [[nodiscard]] std::string where() const;
};

// A document has limits: its bytes, its values and its levels of nesting. A document beyond one of
// them is refused.
inline constexpr size_t kDocumentBytesMax = 10U << 20U;
inline constexpr size_t kDocumentNodesMax = 1U << 20U;
inline constexpr size_t kDocumentDepthMax = 200;

// A Document is the tree of a YAML text (1.2, core schema) or a JSON text. It owns its nodes.
class Document {
 public:
  // Reads YAML or JSON, or what pack() has made of one of them (packed_document.h); a text that
  // starts with '{' or '[' is tried as JSON first. `file` is the
  // name for messages. Fails with `invalid` and "FILE:LINE:COLUMN: sentence". A key that appears
  // twice in an object is an error, in JSON, too.
  [[nodiscard]] static base::Result<Document> parse(std::string_view text, const std::string& file);
  // Reads only JSON, and fails in the same way. It is for programs that are linked without YAML.
  [[nodiscard]] static base::Result<Document> parse_json(std::string_view text,
                                                         const std::string& file);

  // Reads only what pack() has made of a document, and fails in the same way.
  [[nodiscard]] static base::Result<Document> unpack(std::string_view packed,
                                                     const std::string& file);

  // Returns the outermost value, which lives as long as the document, and stays where it is if the
  // document is moved.
  [[nodiscard]] const Node& root() const { return *root_; }
  // Returns the keys that are an unquoted `<<`. YAML 1.1 merged another object there; YAML 1.2 has
  // no such key, so that it is a member with this name.
  [[nodiscard]] const std::vector<const Node*>& merge_keys() const { return merge_keys_; }

 private:
  friend class DocumentBuilder;

  using Reader = void (*)(DocumentBuilder& builder, std::string_view text);
  static base::Result<Document> build(std::string_view text, const std::string& file, Reader read);

  std::deque<Node> nodes_;  // A deque keeps their addresses stable.
  std::deque<std::string> files_;
  std::vector<const Node*> merge_keys_;
  const Node* root_ = nullptr;
};

// A sentence about a document, and the name of a file, are printed with at most so many bytes.
inline constexpr size_t kSentenceBytesMax = 4096;

// Copies the node as a JSON value. Takes one from `left` for each value, and one more for each 64
// bytes of its text. Returns nothing if too little is left, which is then 0: aliases can multiply
// the values and the texts of a small document.
[[nodiscard]] std::optional<boost::json::value> copy_within(const Node& node, size_t& left);
// Does the same with at most `values_max`.
[[nodiscard]] std::optional<boost::json::value> to_json(const Node& node,
                                                        size_t values_max = 100'000);

}  // namespace penstock::contract
