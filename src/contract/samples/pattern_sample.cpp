#include "contract/samples/pattern_sample.h"

#include <algorithm>

#include "contract/expressions/attempt.h"
#include "contract/expressions/expression.h"
#include "contract/patterns/pattern.h"
#include "contract/samples/pattern_tree.h"

namespace penstock::contract {

namespace {

using Node = PatternNode;

constexpr size_t kPatternMax = 4096;  // In bytes.
// This many lengths are tried after the shortest one.
constexpr uint64_t kTargetsMax = 64;

// Appends a text of the node with about `target` code points, and returns its length in code
// points.
uint64_t append(const Node& node, uint64_t target, std::string& out) {
  if (out.size() > kSampleMax) return node.min;
  uint64_t spare = target - std::min(target, node.min);
  uint64_t length = 0;
  const auto add = [&](const Node& child) {
    const uint64_t added = append(child, std::min(child.max, child.min + spare), out);
    spare -= std::min(spare, added - child.min);
    length += added;
    return added;
  };
  switch (node.kind) {
    case Node::text:
      out += node.characters;
      return node.min;
    case Node::sequence:
      for (const Node& child : node.children) add(child);
      return length;
    case Node::choice: {
      const auto distance = [&](const Node& child) {
        if (child.min > target) return child.min - target;
        return target - std::min(target, child.max);
      };
      const auto nearest = std::min_element(
          node.children.begin(), node.children.end(),
          [&](const Node& one, const Node& other) { return distance(one) < distance(other); });
      return nearest == node.children.end() ? 0 : append(*nearest, target, out);
    }
    case Node::repeat: {
      const Node& child = node.children.front();
      if (child.max == 0) return 0;
      // More repetitions are preferred to longer ones: for 18 characters, "(?: ?[A-Z]{4})+" gets
      // four groups, two of them with a space.
      const uint64_t fitting = child.min == 0 ? 0 : target / child.min;
      const uint64_t repetitions = std::clamp(fitting, node.count_min, node.count_max);
      spare = target - std::min(target, repetitions * child.min);
      uint64_t count = 0;
      for (; count < repetitions && out.size() <= kSampleMax; ++count) add(child);
      for (; count < node.count_max && spare > 0 && child.min <= spare; ++count) {
        const uint64_t added = append(child, std::min(child.max, spare), out);
        if (added == 0) break;
        spare -= std::min(spare, added);
        length += added;
      }
      return length;
    }
  }
  return length;
}

uint64_t code_points(std::string_view text) {
  return static_cast<uint64_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

}  // namespace

std::optional<std::string> sample_of(const Pattern& pattern, uint64_t length_min,
                                     uint64_t length_max, unsigned variant) {
  if (length_min > kSampleMax || length_min > length_max) return std::nullopt;
  const auto is_match = [&](const std::string& text) {
    const uint64_t length = code_points(text);
    return length >= length_min && length <= length_max && text.size() <= kSampleMax &&
           pattern.is_found_in(text);
  };
  if (auto text = pattern.sample(length_min, length_max, variant); text && is_match(*text)) {
    return text;
  }
  if (pattern.text().size() > kPatternMax) return std::nullopt;
  Attempt attempt;
  const ReadPattern read = read_pattern(pattern.text(), attempt);
  if (!read.expression) return std::nullopt;
  const Node node = texts_of(*read.expression);
  const uint64_t shortest = std::max(node.min, std::min(length_min, node.max));
  const uint64_t longest = std::min({node.max, length_max, kSampleMax, shortest + kTargetsMax});
  for (uint64_t target = shortest; target <= longest; ++target) {
    std::string text;
    append(node, target, text);
    if (is_match(text)) return text;
    const uint64_t length = code_points(text);
    if (length >= length_min) continue;
    // A pattern without anchors is also found within a longer text.
    for (const char c : {'a', '1', ' '}) {
      const std::string filler(length_min - length, c);
      if (std::string after = text + filler; is_match(after)) return after;
      if (std::string before = filler + text; is_match(before)) return before;
    }
  }
  return std::nullopt;
}

}  // namespace penstock::contract
