#include "local/filter/json_tree.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <utility>

#include "json/sax.h"

namespace penstock::local {
namespace {

using Kind = JsonNode::Kind;

void sort_members(std::vector<JsonNode>& members) {
  std::stable_sort(members.begin(), members.end(),
                   [](const JsonNode& a, const JsonNode& b) { return a.key < b.key; });
  // Goes from back to front, so that the last one of equal keys stays.
  const auto kept =
      std::unique(members.rbegin(), members.rend(),
                  [](const JsonNode& a, const JsonNode& b) { return a.key == b.key; });
  members.erase(members.begin(), kept.base());
}

// Builds the tree, as the handler of boost::json::basic_parser.
struct Builder : json::SaxHandler {
  JsonNode root = {};
  std::vector<JsonNode> open = {};
  std::string key = {};
  std::string text = {};

  bool add(JsonNode node) {
    if (open.empty()) {
      root = std::move(node);
    } else {
      open.back().children.push_back(std::move(node));
    }
    return true;
  }
  JsonNode make(Kind kind) {
    JsonNode node;
    node.kind = kind;
    node.key = std::exchange(key, {});
    return node;
  }
  bool begin(Kind kind) {
    open.push_back(make(kind));
    return true;
  }
  bool end() {
    JsonNode node = std::move(open.back());
    open.pop_back();
    if (node.is(Kind::object)) sort_members(node.children);
    return add(std::move(node));
  }
  bool part(Text piece) {
    text.append(piece.data(), piece.size());
    return true;
  }
  bool number(Text piece) {
    part(piece);
    JsonNode node = make(Kind::number);
    node.text = std::exchange(text, {});
    return add(std::move(node));
  }

  bool on_object_begin(Code&) { return begin(Kind::object); }
  bool on_object_end(size_t, Code&) { return end(); }
  bool on_array_begin(Code&) { return begin(Kind::array); }
  bool on_array_end(size_t, Code&) { return end(); }
  bool on_key_part(Text piece, size_t, Code&) { return part(piece); }
  bool on_key(Text piece, size_t, Code&) {
    part(piece);
    key = std::exchange(text, {});
    return true;
  }
  bool on_string_part(Text piece, size_t, Code&) { return part(piece); }
  bool on_string(Text piece, size_t, Code&) {
    part(piece);
    JsonNode node = make(Kind::string);
    node.text = std::exchange(text, {});
    return add(std::move(node));
  }
  bool on_number_part(Text piece, Code&) { return part(piece); }
  bool on_int64(int64_t, Text piece, Code&) { return number(piece); }
  bool on_uint64(uint64_t, Text piece, Code&) { return number(piece); }
  bool on_double(double, Text piece, Code&) { return number(piece); }
  bool on_bool(bool value, Code&) {
    JsonNode node = make(Kind::boolean);
    node.boolean = value;
    return add(std::move(node));
  }
  bool on_null(Code&) { return add(make(Kind::null)); }
};

}  // namespace

const JsonNode* JsonNode::find(std::string_view name) const {
  if (kind != Kind::object) return nullptr;
  const auto at = std::lower_bound(
      children.begin(), children.end(), name,
      [](const JsonNode& member, std::string_view wanted) { return member.key < wanted; });
  return at != children.end() && at->key == name ? &*at : nullptr;
}

base::Result<JsonNode> read_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = kJsonDepthMax;
  boost::json::basic_parser<Builder> parser(options);
  const json::SaxEnd end = json::parse_whole(parser, text);
  if (end.error) return base::Error{base::ErrorCode::invalid, "it is " + json::describe(end)};
  return std::move(parser.handler().root);
}

}  // namespace penstock::local
