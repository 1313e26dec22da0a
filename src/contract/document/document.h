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

struct Member {
  const Node* key = nullptr;
  const Node* value = nullptr;
};

// This room reads texts into trees. A Document owns its Nodes in a list; a node is one value and
// points to those within it, and to its file, line and column, which every message needs. YAML and
// JSON become the same tree: the two parsers only send events to a DocumentBuilder
// (document_builder.h). A contract's documents and the references between them are held together by
// Sources (sources.h), and what is wrong with them by Problems (problems.h). What is compiled from
// a document points to its nodes instead of copying them.

// One value of a document, and where it stands in the text. It never changes and lives as long as
// its Document. An alias of YAML is the very node that it names, so a node can have several
// parents.
struct Node {
  enum class Kind : uint8_t { null, boolean, number, string, array, object };

  Kind kind = Kind::null;
  bool boolean = false;
  uint16_t height = 0;  // Of the tree below, aliases included.
  uint32_t line = 1;    // From 1, as editors count.
  uint32_t column = 1;
  const std::string* file = nullptr;
  boost::json::value number;          // int64, uint64 or double.
  std::string text;                   // A scalar as written: of a number, too.
  std::vector<const Node*> elements;  // Of an array.
  std::vector<Member> members;        // Of an object, in the document's order.
  std::vector<uint32_t> sorted;       // Of an object with many members: their order by key.

  [[nodiscard]] bool is(Kind wanted) const { return kind == wanted; }
  [[nodiscard]] bool is_scalar() const { return kind != Kind::array && kind != Kind::object; }
  // These return null if this is no object, or has no such member.
  [[nodiscard]] const Member* find_member(std::string_view name) const;
  [[nodiscard]] const Node* find(std::string_view name) const;
  // Returns "FILE:LINE:COLUMN".
  [[nodiscard]] std::string where() const;
};

// Bounds on documents: what is beyond them is refused, with a sentence.
inline constexpr size_t kDocumentBytesMax = 10U << 20U;
inline constexpr size_t kDocumentNodesMax = 1U << 20U;
inline constexpr size_t kDocumentDepthMax = 200;

// A YAML (1.2, core schema) or JSON text as a tree.
class Document {
 public:
  // Reads YAML or JSON, whichever it is. The error is `invalid`: "FILE:LINE:COLUMN: sentence". A
  // key that stands twice in an object is one, whatever YAML says.
  [[nodiscard]] static base::Result<Document> parse(std::string_view text, const std::string& file);
  // Reads JSON alone: for programs that link no YAML.
  [[nodiscard]] static base::Result<Document> parse_json(std::string_view text,
                                                         const std::string& file);

  [[nodiscard]] const Node& root() const { return *root_; }

 private:
  friend class DocumentBuilder;

  using Reader = void (*)(DocumentBuilder& builder, std::string_view text);
  static base::Result<Document> build(std::string_view text, const std::string& file, Reader read);

  std::deque<Node> nodes_;  // Their addresses are stable.
  std::deque<std::string> files_;
  const Node* root_ = nullptr;
};

// Makes one line of a sentence that quotes a document, whatever it quotes: control characters
// become spaces.
[[nodiscard]] std::string one_line(std::string sentence);

// Copies the node as a JSON value. Returns nothing if it has more than `nodes_max` values, which
// aliases can make of a small document.
[[nodiscard]] std::optional<boost::json::value> to_json(const Node& node,
                                                        size_t nodes_max = 100'000);

}  // namespace penstock::contract
