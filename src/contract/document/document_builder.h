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
// A text that is no document fails once: the first failure is kept for finish(), and every call
// after it does nothing and returns null. So a parser's callbacks need not look at each call's
// outcome; failed() is there for those who would rather stop.
class DocumentBuilder {
 public:
  // `document` must be empty. It gets a copy of the file's name, which is for messages.
  DocumentBuilder(Document& document, const std::string& file);

  // Says where the value that comes next stands in the text; both count from 1.
  void place(uint32_t line, uint32_t column);
  // Adds a scalar, or a key where the open object waits for one. `text` is the scalar as written;
  // `number` is its value if it is one.
  const Node* scalar(Node::Kind kind, std::string_view text, const boost::json::value& number = {});
  // Opens an array or an object, to which everything belongs until its end().
  void begin(Node::Kind kind);
  const Node* end();
  // Adds the very node that an alias names. Null stands for one that is not finished: it would
  // contain itself.
  void alias(const Node* node);

  // Records what is wrong: at the place of the last value, or at another one.
  void fail(const std::string& sentence);
  void fail_at(uint32_t line, uint32_t column, const std::string& sentence);
  [[nodiscard]] bool failed() const { return failure_.has_value(); }
  // The error is "FILE:LINE:COLUMN: sentence". Without one the document has a root.
  [[nodiscard]] base::Result<> finish();

 private:
  struct Open {
    Node* node;
    const Node* key = nullptr;  // Of an object: the key that waits for its value.
  };

  void fail_too_deep();
  [[nodiscard]] Node* make(Node::Kind kind);
  void attach(const Node* node);
  void index(Node& object);

  Document& document_;
  const std::string* file_;
  std::vector<Open> open_;
  uint32_t line_ = 1;
  uint32_t column_ = 1;
  std::optional<base::Error> failure_;
};

// Read the text into the builder; what is wrong with it is told by finish().
void build_from_yaml(DocumentBuilder& builder, std::string_view text);
void build_from_json(DocumentBuilder& builder, std::string_view text);

}  // namespace penstock::contract
