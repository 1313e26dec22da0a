#include "contract/samples/pattern_tree.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace penstock::contract {

namespace {

using Node = PatternNode;

std::string encode_utf8(uint32_t point) {
  const auto byte = [](uint32_t value) { return static_cast<char>(value); };
  if (point < 0x80) return {byte(point)};
  const char last = byte(0x80 | (point & 0x3f));
  if (point < 0x800) return {byte(0xc0 | point >> 6), last};
  const char middle = byte(0x80 | (point >> 6 & 0x3f));
  if (point < 0x10000) return {byte(0xe0 | point >> 12), middle, last};
  return {byte(0xf0 | point >> 18), byte(0x80 | (point >> 12 & 0x3f)), middle, last};
}

// Returns a character of the set: one that reads well, if there is one, and else the first one that
// is no control character.
Node character_of(const CharacterSet& set) {
  constexpr std::string_view kPlain = "ab1AB -_./:@#+,";
  for (const char c : kPlain) {
    if (set.has(static_cast<uint32_t>(c))) return {.min = 1, .max = 1, .characters = {c}};
  }
  std::optional<uint32_t> found;
  for (const auto& [first, last] : set.ranges) {
    // Texts have no surrogates.
    const uint32_t point = first >> 11 == 0xd800 >> 11 ? 0xe000 : first;
    if (point > last) continue;
    constexpr uint32_t kControlEnd = 0xa0;
    const bool is_control = point < ' ' || (point >= 0x7f && point < kControlEnd);
    if (!is_control) return {.min = 1, .max = 1, .characters = encode_utf8(point)};
    if (!found) found = point;
    const uint32_t after = point < ' ' ? ' ' : kControlEnd;
    if (last >= after) return {.min = 1, .max = 1, .characters = encode_utf8(after)};
  }
  if (!found) return {.min = kNever, .max = kNever};
  return {.min = 1, .max = 1, .characters = encode_utf8(*found)};
}

}  // namespace

PatternNode texts_of(const Expression& expression) {
  Node node;
  switch (expression.kind) {
    case Expression::character:
      return character_of(expression.set);
    case Expression::sequence:
      node.kind = Node::sequence;
      for (const Expression& part : expression.children) {
        const Node& child = node.children.emplace_back(texts_of(part));
        node.min = std::min(kNever, node.min + child.min);
        node.max = std::min(kNever, node.max + child.max);
      }
      return node;
    case Expression::choice:
      node.kind = Node::choice;
      node.min = kNever;
      for (const Expression& part : expression.children) {
        const Node& child = node.children.emplace_back(texts_of(part));
        node.min = std::min(node.min, child.min);
        node.max = std::max(node.max, child.max);
      }
      return node;
    case Expression::repeat: {
      node.kind = Node::repeat;
      node.count_min = std::min<uint64_t>(expression.min, kNever);
      node.count_max = std::min<uint64_t>(expression.max, kNever);
      Node child = texts_of(expression.children.front());
      node.min = std::min(kNever, child.min * node.count_min);
      node.max = std::min(kNever, child.max * node.count_max);
      node.children.push_back(std::move(child));
      return node;
    }
    default:
      return node;
  }
}

}  // namespace penstock::contract
