#include "contract/document/document.h"

#include <algorithm>
#include <optional>

#include "contract/document/document_builder.h"
#include "contract/document/packed_document.h"

namespace penstock::contract {

namespace {

constexpr size_t kTextBytesOfAValue = 64;

// Returns false if too little is left.
bool take(size_t cost, size_t& left) {
  const bool enough = cost <= left;
  left = enough ? left - cost : 0;
  return enough;
}

}  // namespace

std::optional<boost::json::value> copy_within(const Node& node, size_t& left) {
  if (!take(1 + node.text.size() / kTextBytesOfAValue, left)) return std::nullopt;
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
        auto value = copy_within(*element, left);
        if (!value) return std::nullopt;
        array.push_back(std::move(*value));
      }
      return array;
    }
    case Node::Kind::object: {
      boost::json::object object;
      for (const Member& member : node.members) {
        if (!take(member.key->text.size() / kTextBytesOfAValue, left)) return std::nullopt;
        auto value = copy_within(*member.value, left);
        if (!value) return std::nullopt;
        object.emplace(member.key->text, std::move(*value));
      }
      return object;
    }
  }
  return std::nullopt;
}

std::optional<boost::json::value> to_json(const Node& node, size_t values_max) {
  return copy_within(node, values_max);
}

const Member* Node::find_member(std::string_view name) const {
  if (sorted.empty()) {
    for (const Member& member : members) {
      if (member.key->text == name) return &member;
    }
    return nullptr;
  }
  const auto found = std::lower_bound(
      sorted.begin(), sorted.end(), name,
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

base::Result<Document> Document::build(std::string_view text, const std::string& file,
                                       Reader read) {
  Document document;
  DocumentBuilder builder(document, file, text);
  if (text.size() > kDocumentBytesMax) {
    builder.fail("the document has " + std::to_string(text.size()) + " bytes; at most " +
                 std::to_string(kDocumentBytesMax) + " are allowed");
  } else {
    read(builder, text);
  }
  if (auto built = builder.finish(); !built) return built.error();
  return document;
}

base::Result<Document> Document::unpack(std::string_view packed, const std::string& file) {
  Document document;
  DocumentBuilder builder(document, file, "");
  build_from_packed(builder, packed);
  if (auto built = builder.finish(); !built) return built.error();
  return document;
}

base::Result<Document> Document::parse_json(std::string_view text, const std::string& file) {
  return build(text, file, build_from_json);
}

}  // namespace penstock::contract
