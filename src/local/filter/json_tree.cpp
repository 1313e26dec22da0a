#include "local/filter/json_tree.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <utility>

#include "json/sax.h"
#include "local/filter/comparable_number.h"

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

// A double holds each integer up to this size.
constexpr int64_t kIntegerMax = 999'999'999'999'999;
// The parser reads an exponent with as many digits.
constexpr size_t kExponentDigitsMax = 9;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Returns the text with zeros for the digits of each long exponent. What is not JSON does not
// become JSON by this.
std::string without_long_exponents(std::string_view text) {
  std::string result(text);
  bool in_string = false;
  for (size_t i = 0; i < result.size(); ++i) {
    const char c = result[i];
    if (c == '"') in_string = !in_string;
    if (in_string && c == '\\') ++i;
    if (in_string || (c != 'e' && c != 'E')) continue;
    size_t first = i + 1;
    if (first < result.size() && (result[first] == '+' || result[first] == '-')) ++first;
    size_t end = first;
    while (end < result.size() && is_digit(result[end])) ++end;
    if (end - first > kExponentDigitsMax) std::fill(&result[first], &result[end], '0');
    i = end - 1;
  }
  return result;
}

// Builds the tree, as the handler of boost::json::basic_parser.
struct Builder : json::SaxHandler {
  // The parser reads from `parsed` on, where a text is whose numbers are those of `written`.
  std::string_view written;
  const char* parsed = nullptr;
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
  bool number_part(Text piece) {
    text += written.substr(static_cast<size_t>(piece.data() - parsed), piece.size());
    return true;
  }
  bool number(Text piece, std::optional<double> integer) {
    number_part(piece);
    JsonNode node = make(Kind::number);
    node.comparable = integer ? integer : comparable_number(text);
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
  bool on_number_part(Text piece, Code&) { return number_part(piece); }
  bool on_int64(int64_t value, Text piece, Code&) {
    const bool is_short = value >= -kIntegerMax && value <= kIntegerMax;
    return number(piece, is_short ? std::optional(static_cast<double>(value)) : std::nullopt);
  }
  bool on_uint64(uint64_t, Text piece, Code&) { return number(piece, std::nullopt); }
  bool on_double(double, Text piece, Code&) { return number(piece, std::nullopt); }
  bool on_bool(bool value, Code&) {
    JsonNode node = make(Kind::boolean);
    node.boolean = value;
    return add(std::move(node));
  }
  bool on_null(Code&) { return add(make(Kind::null)); }
};

// Parses `text`, and takes the numbers from the same places of `written`.
json::SaxEnd parse(std::string_view text, std::string_view written, JsonNode& root) {
  boost::json::parse_options options;
  options.max_depth = kJsonDepthMax;
  boost::json::basic_parser<Builder> parser(options);
  parser.handler().written = written;
  parser.handler().parsed = text.data();
  const json::SaxEnd end = json::parse_whole(parser, text);
  root = std::move(parser.handler().root);
  return end;
}

}  // namespace

const JsonNode* JsonNode::find(std::string_view name) const {
  if (kind != Kind::object) return nullptr;
  const auto at = std::lower_bound(
      children.begin(), children.end(), name,
      [](const JsonNode& member, std::string_view wanted) { return member.key < wanted; });
  return at != children.end() && at->key == name ? &*at : nullptr;
}

base::Result<JsonNode> read_json(std::string_view text) {
  JsonNode root;
  json::SaxEnd end = parse(text, text, root);
  // The parser has exponents of 32 bits.
  if (end.error == boost::json::error::exponent_overflow) {
    end = parse(without_long_exponents(text), text, root);
  }
  if (end.error) return base::Error{base::ErrorCode::invalid, "it is " + json::describe(end)};
  return root;
}

}  // namespace penstock::local
