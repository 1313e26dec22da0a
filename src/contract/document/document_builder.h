#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "contract/document/document.h"

namespace penstock::contract {

// Builds a Document's tree from the events of a YAML or a JSON parser, which call it in the order
// of the text.
//
// The builder keeps the first failure for finish(); every call after it does nothing and returns
// null. So a parser's callbacks need not check each call, and one that wants to stop early can ask
// failed().
class DocumentBuilder {
 public:
  // `document` must be empty and outlive the builder. It gets a copy of the file's name, which is
  // used in messages. `text` is not needed afterwards.
  DocumentBuilder(Document& document, const std::string& file, std::string_view text);

  // Sets the location of the next value in the text. Lines and columns count from 1. The parsers
  // count a column in bytes, and a node has it in characters, as editors do.
  void move_to(uint32_t line, uint32_t column);
  // Adds a scalar, which is a key if the open object expects one. `text` is the scalar as written;
  // `number` is its value if it is a number. Returns the new node, which the document owns.
  const Node* scalar(Node::Kind kind, std::string_view text, const boost::json::value& number = {});
  // Adds the last scalar, which must be an unquoted `<<`, to Document::merge_keys, if it is a key.
  void note_merge_key();
  // Opens an array or an object. It is the parent of the values that follow, until the matching
  // end().
  void begin(Node::Kind kind);
  // Closes it, and returns its node.
  const Node* end();
  // Adds the node that an alias names, without a copy. Null means that the node is still open, and
  // would contain itself, which is a failure.
  void alias(const Node* node);

  // These record a failure, at the last value or at another location.
  void fail(const std::string& sentence);
  void fail_at(uint32_t line, uint32_t column, const std::string& sentence);
  [[nodiscard]] bool failed() const { return failure_.has_value(); }
  // Ends the document. Fails with `invalid` and "FILE:LINE:COLUMN: sentence"; otherwise the
  // document has a root.
  [[nodiscard]] base::Result<> finish();

 private:
  struct Open {
    Node* node;
    const Node* key = nullptr;  // The key of an object that still has no value.
  };

  [[nodiscard]] uint32_t in_characters(uint32_t line, uint32_t column) const;
  void fail_too_deep();
  [[nodiscard]] Node* make(Node::Kind kind);
  void attach(const Node* node);
  void index(Node& object);

  Document& document_;
  const std::string* file_;
  // These are the offsets of the lines in the text, and of the bytes that continue a character.
  // Both are empty for a text of ASCII.
  std::vector<uint32_t> lines_;
  std::vector<uint32_t> continuing_;
  std::vector<Open> open_;
  uint32_t line_ = 1;
  uint32_t column_ = 1;
  std::optional<base::Error> failure_;
};

// These read the text into the builder. Its finish() returns what is wrong with the text.
void build_from_yaml(DocumentBuilder& builder, std::string_view text);
void build_from_json(DocumentBuilder& builder, std::string_view text);

}  // namespace penstock::contract
