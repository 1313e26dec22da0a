#include "contract/document/document_builder.h"

#include <algorithm>
#include <numeric>

#include "base/printable_text.h"

namespace penstock::contract {
namespace {

// An object with more members than this is indexed, since a binary search is faster there.
constexpr size_t kScannedMembersMax = 12;

bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

}  // namespace

DocumentBuilder::DocumentBuilder(Document& document, const std::string& file, std::string_view text)
    : document_(document), file_(&document.files_.emplace_back(file)) {
  if (text.size() > kDocumentBytesMax || std::all_of(text.begin(), text.end(), is_ascii)) return;
  lines_.push_back(0);
  for (uint32_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') lines_.push_back(i + 1);
    if ((static_cast<unsigned char>(text[i]) & 0xc0) == 0x80) continuing_.push_back(i);
  }
}

uint32_t DocumentBuilder::in_characters(uint32_t line, uint32_t column) const {
  if (line > lines_.size()) return column;
  const uint32_t start = lines_[line - 1];
  const auto first = std::lower_bound(continuing_.begin(), continuing_.end(), start);
  const auto last = std::lower_bound(first, continuing_.end(), start + column - 1);
  return column - static_cast<uint32_t>(last - first);
}

void DocumentBuilder::fail_at(uint32_t line, uint32_t column, const std::string& sentence) {
  if (failed()) return;
  column = in_characters(line, column);
  failure_ = base::Error{.code = base::ErrorCode::invalid,
                         .message = base::printable(*file_, kSentenceBytesMax) + ':' +
                                    std::to_string(line) + ':' + std::to_string(column) + ": " +
                                    base::printable(sentence, kSentenceBytesMax)};
}

void DocumentBuilder::fail(const std::string& sentence) {
  fail_at(line_, column_, sentence);
}

void DocumentBuilder::fail_too_deep() {
  fail("the document is nested more than " + std::to_string(kDocumentDepthMax) + " levels deep");
}

void DocumentBuilder::move_to(uint32_t line, uint32_t column) {
  line_ = line;
  column_ = column;
}

Node* DocumentBuilder::make(Node::Kind kind) {
  if (failed()) return nullptr;
  if (document_.nodes_.size() == kDocumentNodesMax) {
    fail("the document has more than " + std::to_string(kDocumentNodesMax) + " values");
    return nullptr;
  }
  Node& node = document_.nodes_.emplace_back();
  node.kind = kind;
  node.line = line_;
  node.column = in_characters(line_, column_);
  node.file = file_;
  return &node;
}

const Node* DocumentBuilder::scalar(Node::Kind kind, std::string_view text,
                                    const boost::json::value& number) {
  Node* node = make(kind);
  if (node == nullptr) return nullptr;
  node->text = text;
  node->number = number;
  node->boolean = kind == Node::Kind::boolean && (text[0] == 't' || text[0] == 'T');
  attach(node);
  return node;
}

void DocumentBuilder::note_merge_key() {
  if (failed() || open_.empty() || open_.back().key == nullptr) return;
  document_.merge_keys_.push_back(open_.back().key);
}

void DocumentBuilder::begin(Node::Kind kind) {
  if (open_.size() == kDocumentDepthMax) fail_too_deep();
  if (Node* node = make(kind)) open_.push_back({.node = node});
}

const Node* DocumentBuilder::end() {
  if (failed()) return nullptr;
  Node* node = open_.back().node;
  open_.pop_back();
  if (node->kind == Node::Kind::object) index(*node);
  attach(node);
  return node;
}

void DocumentBuilder::alias(const Node* node) {
  if (node == nullptr) fail("the alias refers to a value that contains it");
  attach(node);
}

void DocumentBuilder::attach(const Node* node) {
  if (failed()) return;
  if (open_.empty()) {
    if (document_.root_ == nullptr) document_.root_ = node;
    return;
  }
  Open& open = open_.back();
  // With aliases the tree can be deeper than the text is nested.
  open.node->height = std::max(open.node->height, static_cast<uint16_t>(node->height + 1));
  if (open.node->height > kDocumentDepthMax) return fail_too_deep();
  if (open.node->kind == Node::Kind::array) {
    open.node->elements.push_back(node);
  } else if (open.key == nullptr) {
    if (!node->is_scalar()) return fail("a key must be a scalar, not a list or an object");
    open.key = node;
  } else {
    open.node->members.push_back({open.key, node});
    open.key = nullptr;
  }
}

void DocumentBuilder::index(Node& object) {
  std::vector<uint32_t> order(object.members.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto key = [&](uint32_t i) -> const std::string& { return object.members[i].key->text; };
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return key(a) != key(b) ? key(a) < key(b) : a < b; });
  for (size_t i = 1; i < order.size(); ++i) {
    if (key(order[i]) != key(order[i - 1])) continue;
    const Node& twin = *object.members[order[i]].key;
    return fail_at(twin.line, twin.column,
                   "the key '" + twin.text.substr(0, 64) + "' is used twice; first on line " +
                       std::to_string(object.members[order[i - 1]].key->line));
  }
  if (order.size() > kScannedMembersMax) object.sorted = std::move(order);
}

base::Result<> DocumentBuilder::finish() {
  if (document_.root_ == nullptr) fail("the document is empty");
  if (failure_) return *failure_;
  return {};
}

}  // namespace penstock::contract
