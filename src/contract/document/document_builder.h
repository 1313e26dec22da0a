#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contract/document/document.h"

namespace penstock::contract {

// A text that is no document, and where.
struct DocumentFailure {
  uint32_t line;
  uint32_t column;
  std::string sentence;
};

// Builds a Document's tree from the events of a YAML or a JSON parser. Throws DocumentFailure.
class DocumentBuilder {
 public:
  DocumentBuilder(Document& document, const std::string& file);

  void place(uint32_t line, uint32_t column);  // Of what comes next.
  const Node* scalar(Node::Kind kind, std::string_view text, const boost::json::value& number = {});
  void begin(Node::Kind kind);
  const Node* end();
  // What an alias names; null: it is not finished, so it would contain itself.
  void again(const Node* node);
  [[noreturn]] void fail(std::string sentence) const;
  void finish();

 private:
  struct Open {
    Node* node;
    const Node* key = nullptr;  // Of an object: the key that waits for its value.
  };

  [[noreturn]] void fail_too_deep() const;
  Node& make(Node::Kind kind);
  void attach(const Node* node);
  void index(Node& object) const;

  Document& document_;
  const std::string* file_;
  std::vector<Open> open_;
  uint32_t line_ = 1;
  uint32_t column_ = 1;
};

void build_from_yaml(DocumentBuilder& builder, std::string_view text);
void build_from_json(DocumentBuilder& builder, std::string_view text);

}  // namespace penstock::contract
