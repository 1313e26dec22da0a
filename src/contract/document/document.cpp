#include "contract/document/document.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "contract/document/document_builder.h"

namespace penstock::contract {

namespace {

constexpr size_t kScannedMembersMax = 12;  // Beyond it, a search by halves is faster.

std::optional<boost::json::value> copy(const Node& node, size_t& left) {
  if (left == 0) return std::nullopt;
  --left;
  switch (node.kind) {
    case Node::Kind::null:
      return boost::json::value(nullptr);
    case Node::Kind::boolean:
      return boost::json::value(node.boolean);
    case Node::Kind::number:
      return node.number;
    case Node::Kind::string:
      return boost::json::value(node.text);
    case Node::Kind::array: {
      boost::json::array array;
      for (const Node* element : node.elements) {
        auto value = copy(*element, left);
        if (!value) return std::nullopt;
        array.push_back(std::move(*value));
      }
      return array;
    }
    case Node::Kind::object: {
      boost::json::object object;
      for (const Member& member : node.members) {
        auto value = copy(*member.value, left);
        if (!value) return std::nullopt;
        object.emplace(member.key->text, std::move(*value));
      }
      return object;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<boost::json::value> to_json(const Node& node, size_t nodes_max) {
  return copy(node, nodes_max);
}

std::string one_line(std::string sentence) {
  std::replace_if(
      sentence.begin(), sentence.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return sentence;
}

const Member* Node::find_member(std::string_view name) const {
  if (sorted.empty()) {
    for (const Member& member : members) {
      if (member.key->text == name) return &member;
    }
    return nullptr;
  }
  const auto found =
      std::lower_bound(sorted.begin(), sorted.end(), name,
                       [this](uint32_t i, std::string_view wanted) { return members[i].key->text < wanted; });
  return found != sorted.end() && members[*found].key->text == name ? &members[*found] : nullptr;
}

const Node* Node::find(std::string_view name) const {
  const Member* member = find_member(name);
  return member == nullptr ? nullptr : member->value;
}

std::string Node::where() const {
  return (file == nullptr ? std::string() : *file) + ':' + std::to_string(line) + ':' +
         std::to_string(column);
}

base::Result<Document> Document::build(std::string_view text, const std::string& file, Reader read) {
  const auto refused = [&](const DocumentFailure& failure) {
    return base::Error{.code = base::ErrorCode::invalid,
                       .message = file + ':' + std::to_string(failure.line) + ':' +
                                  std::to_string(failure.column) + ": " + one_line(failure.sentence)};
  };
  if (text.size() > kDocumentBytesMax) {
    return refused({1, 1,
                    "the document has " + std::to_string(text.size()) + " bytes; at most " +
                        std::to_string(kDocumentBytesMax) + " are read"});
  }
  Document document;
  try {
    DocumentBuilder builder(document, file);
    read(builder, text);
    builder.finish();
    return document;
  } catch (const DocumentFailure& failure) {
    return refused(failure);
  }
}

base::Result<Document> Document::parse_json(std::string_view text, const std::string& file) {
  return build(text, file, build_from_json);
}

DocumentBuilder::DocumentBuilder(Document& document, const std::string& file)
    : document_(document), file_(&document.files_.emplace_back(file)) {}

void DocumentBuilder::fail(std::string sentence) const {
  throw DocumentFailure{line_, column_, std::move(sentence)};
}

void DocumentBuilder::fail_too_deep() const {
  fail("the document is nested more than " + std::to_string(kDocumentDepthMax) + " levels deep");
}

void DocumentBuilder::place(uint32_t line, uint32_t column) {
  line_ = line;
  column_ = column;
}

Node& DocumentBuilder::make(Node::Kind kind) {
  if (document_.nodes_.size() == kDocumentNodesMax) {
    fail("the document has more than " + std::to_string(kDocumentNodesMax) + " values");
  }
  Node& node = document_.nodes_.emplace_back();
  node.kind = kind;
  node.line = line_;
  node.column = column_;
  node.file = file_;
  return node;
}

const Node* DocumentBuilder::scalar(Node::Kind kind, std::string_view text,
                                    const boost::json::value& number) {
  Node& node = make(kind);
  node.text = text;
  node.number = number;
  node.boolean = kind == Node::Kind::boolean && (text[0] == 't' || text[0] == 'T');
  attach(&node);
  return &node;
}

void DocumentBuilder::begin(Node::Kind kind) {
  if (open_.size() == kDocumentDepthMax) fail_too_deep();
  open_.push_back({.node = &make(kind)});
}

const Node* DocumentBuilder::end() {
  Node* node = open_.back().node;
  open_.pop_back();
  if (node->kind == Node::Kind::object) index(*node);
  attach(node);
  return node;
}

void DocumentBuilder::again(const Node* node) {
  if (node == nullptr) fail("the alias stands within what it names");
  attach(node);
}

void DocumentBuilder::attach(const Node* node) {
  if (open_.empty()) {
    if (document_.root_ == nullptr) document_.root_ = node;
    return;
  }
  Open& open = open_.back();
  // Aliases can nest deeper than the text does.
  open.node->height = std::max(open.node->height, static_cast<uint16_t>(node->height + 1));
  if (open.node->height > kDocumentDepthMax) fail_too_deep();
  if (open.node->kind == Node::Kind::array) {
    open.node->elements.push_back(node);
  } else if (open.key == nullptr) {
    if (!node->is_scalar()) fail("a key must be text");
    open.key = node;
  } else {
    open.node->members.push_back({open.key, node});
    open.key = nullptr;
  }
}

void DocumentBuilder::index(Node& object) const {
  std::vector<uint32_t> order(object.members.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto key = [&](uint32_t i) -> const std::string& { return object.members[i].key->text; };
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return key(a) != key(b) ? key(a) < key(b) : a < b; });
  for (size_t i = 1; i < order.size(); ++i) {
    if (key(order[i]) != key(order[i - 1])) continue;
    const Node& again = *object.members[order[i]].key;
    throw DocumentFailure{again.line, again.column,
                          "'" + again.text.substr(0, 64) + "' is here twice; first on line " +
                              std::to_string(object.members[order[i - 1]].key->line)};
  }
  if (order.size() > kScannedMembersMax) object.sorted = std::move(order);
}

void DocumentBuilder::finish() {
  if (document_.root_ == nullptr) fail("the document is empty");
}

}  // namespace penstock::contract
