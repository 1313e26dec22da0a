#include "contract/samples/pattern_tree.h"

#include <re2/stringpiece.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace penstock::contract {

namespace {

using Node = PatternNode;

constexpr int kDepthMax = 100;  // The deepest nesting of groups.

std::string encode_utf8(uint32_t point) {
  const auto byte = [](uint32_t value) { return static_cast<char>(value); };
  if (point < 0x80) return {byte(point)};
  const char last = byte(0x80 | (point & 0x3f));
  if (point < 0x800) return {byte(0xc0 | point >> 6), last};
  const char middle = byte(0x80 | (point >> 6 & 0x3f));
  if (point < 0x10000) return {byte(0xe0 | point >> 12), middle, last};
  return {byte(0xf0 | point >> 18), byte(0x80 | (point >> 12 & 0x3f)), middle, last};
}

Node character(std::string_view bytes) {
  return {.min = 1, .max = 1, .characters = std::string(bytes)};
}

// A Reader parses a pattern from its front. Syntax that it does not know becomes a text that does
// not match; RE2 refuses that text later.
class Reader {
 public:
  explicit Reader(std::string_view pattern) : rest_(pattern) {}

  Node choice(int depth);

 private:
  // Bounds say how often something is repeated.
  struct Bounds {
    uint64_t min = 0;
    uint64_t max = kNever;
  };

  Node sequence(int depth);
  Node atom(int depth);
  Node group(int depth);
  Node escape();
  Node character_class(std::string_view source) const;
  Node repeated(Node node);
  std::optional<Bounds> take_bounds();
  uint32_t code_point(int base, size_t digits_max);

  bool starts_with(std::string_view text) const { return rest_.substr(0, text.size()) == text; }
  bool take(std::string_view text) {
    if (!starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  std::string_view take_bytes(size_t size) {
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::string_view take_code_point() {
    size_t size = 1;
    while (size < rest_.size() && (static_cast<unsigned char>(rest_[size]) & 0xc0) == 0x80) ++size;
    return take_bytes(size);
  }

  std::string_view rest_;
};

Node Reader::choice(int depth) {
  Node node{.kind = Node::choice, .min = kNever};
  if (depth > kDepthMax) {
    rest_ = {};
    node.max = kNever;
    return node;
  }
  do {
    const Node& child = node.children.emplace_back(sequence(depth));
    node.min = std::min(node.min, child.min);
    node.max = std::max(node.max, child.max);
  } while (take("|"));
  return node;
}

Node Reader::sequence(int depth) {
  Node node{.kind = Node::sequence};
  const auto add = [&](Node child) {
    node.min = std::min(kNever, node.min + child.min);
    node.max = std::min(kNever, node.max + child.max);
    node.children.push_back(std::move(child));
  };
  while (!rest_.empty() && rest_.front() != '|' && rest_.front() != ')') {
    if (!take("\\Q")) {
      add(repeated(atom(depth)));
      continue;
    }
    Reader quoted(take_bytes(std::min(rest_.find("\\E"), rest_.size())));
    take("\\E");
    while (!quoted.rest_.empty()) {
      Node child = character(quoted.take_code_point());
      add(quoted.rest_.empty() ? repeated(std::move(child)) : std::move(child));
    }
  }
  return node;
}

Node Reader::repeated(Node node) {
  for (;;) {
    Bounds bounds;
    if (take("+")) {
      bounds.min = 1;
    } else if (take("?")) {
      bounds.max = 1;
    } else if (!take("*")) {
      const auto written = take_bounds();
      if (!written) return node;
      bounds = *written;
    }
    take("?");  // A non-greedy repetition matches the same texts.
    Node repeat{.kind = Node::repeat, .count_min = bounds.min, .count_max = bounds.max};
    repeat.min = std::min(kNever, node.min * bounds.min);
    repeat.max = std::min(kNever, node.max * bounds.max);
    repeat.children.push_back(std::move(node));
    node = std::move(repeat);
  }
}

// Removes bounds such as "{2}", "{2,}" and "{2,3}". Any other brace is a literal.
std::optional<Reader::Bounds> Reader::take_bounds() {
  const size_t end = rest_.find('}');
  if (!starts_with("{") || end == std::string_view::npos) return std::nullopt;
  Bounds bounds;
  const char* const last = rest_.data() + end;
  auto [at, error] = std::from_chars(rest_.data() + 1, last, bounds.min);
  if (error != std::errc()) return std::nullopt;
  bounds.max = bounds.min;
  if (at != last) {
    if (*at++ != ',') return std::nullopt;
    bounds.max = kNever;
    if (at != last) {
      const auto most = std::from_chars(at, last, bounds.max);
      if (most.ec != std::errc() || most.ptr != last) return std::nullopt;
    }
  }
  // RE2 itself allows at most 1,000 repetitions.
  if (bounds.min > bounds.max || bounds.min > kNever || bounds.max > kNever) return std::nullopt;
  rest_.remove_prefix(end + 1);
  return bounds;
}

Node Reader::atom(int depth) {
  if (take("(")) return group(depth);
  if (starts_with("\\")) return escape();
  if (take("^") || take("$")) return {};
  if (take(".")) return character("a");
  if (!starts_with("[")) return character(take_code_point());
  // This is a class. It ends at the first ']' that is not its first character, and does not belong
  // to an escape or a "[:name:]".
  size_t end = starts_with("[^") ? 2 : 1;
  for (bool first = true; end < rest_.size() && (first || rest_[end] != ']'); first = false) {
    const size_t name_end =
        rest_.substr(end, 2) == "[:" ? rest_.find(":]", end) : std::string_view::npos;
    end = name_end != std::string_view::npos ? name_end + 2 : end + (rest_[end] == '\\' ? 2 : 1);
  }
  return character_class(take_bytes(end + 1));
}

Node Reader::group(int depth) {
  if (take("?")) {
    // The group starts with "?:", "?i:", "?i)", "?P<name>" or "?<name>".
    const size_t end = rest_.find_first_of(":>)");
    if (end == std::string_view::npos) return character("");
    if (take_bytes(end + 1).back() == ')') return {};
  }
  Node node = choice(depth + 1);
  take(")");
  return node;
}

uint32_t Reader::code_point(int base, size_t digits_max) {
  uint32_t point = 0;
  const char* const from = rest_.data();
  const char* const to = from + std::min(digits_max, rest_.size());
  take_bytes(static_cast<size_t>(std::from_chars(from, to, point, base).ptr - from));
  return point;
}

Node Reader::escape() {
  constexpr std::string_view kControls = "abfnrtv";
  constexpr std::string_view kControlBytes = "\a\b\f\n\r\t\v";
  const std::string_view from_here = rest_;
  take("\\");
  const std::string_view escaped = take_code_point();
  const char c = escaped.empty() ? '\0' : escaped.front();
  switch (c) {
    case 'A':
    case 'z':
    case 'b':
    case 'B':
    case 'E':
      return {};
    case 'p':
    case 'P':
      take_bytes(starts_with("{") ? std::min(rest_.find('}'), rest_.size() - 1) + 1 : 1);
      [[fallthrough]];
    case 'd':
    case 'D':
    case 's':
    case 'S':
    case 'w':
    case 'W':
      return character_class(from_here.substr(0, from_here.size() - rest_.size()));
    case 'C':
      return character("a");
    case 'x': {
      const bool is_braced = take("{");
      const uint32_t point = code_point(16, is_braced ? 8 : 2);
      if (is_braced) take("}");
      return character(encode_utf8(point));
    }
    default:
      break;
  }
  if (c >= '0' && c <= '7') {
    rest_ = from_here.substr(1);
    return character(encode_utf8(code_point(8, 3)));
  }
  const size_t control = kControls.find(c);
  return character(control == std::string_view::npos ? escaped : kControlBytes.substr(control, 1));
}

// Returns a character of the class, by trying characters with RE2: first those that read well, then
// those in the source of the class, then one of each of several scripts.
Node Reader::character_class(std::string_view source) const {
  constexpr std::string_view kPlain = "ab1AB -_./:@#+,";
  constexpr std::string_view kOthers =
      "!\"$%&'()*;<=>?[\\]^`{|}~"
      "\t\n\réÉßαΩяЖאبकกあア中한ǅʰ٣Ⅷ½€∑©´̈ः—“”‿💧\u00a0\u0001\u200b\u2028\u2029\ue000";
  const std::string bytes(source);
  const RE2 re2(re2::StringPiece(bytes.data(), bytes.size()), quiet_options());
  if (!re2.ok()) return {.min = kNever, .max = kNever};
  const auto find_in = [&](std::string_view text) {
    for (Reader reader(text); !reader.rest_.empty();) {
      const std::string_view found = reader.take_code_point();
      if (RE2::FullMatch(re2::StringPiece(found.data(), found.size()), re2)) return found;
    }
    return std::string_view();
  };
  std::string named;
  for (Reader reader(source); !reader.rest_.empty();) {
    if (reader.starts_with("\\x") || reader.starts_with("\\0")) {
      named += reader.escape().characters;
    } else {
      named += reader.take_code_point();
    }
  }
  for (const std::string_view text : {kPlain, std::string_view(named), kOthers}) {
    if (const std::string_view found = find_in(text); !found.empty()) return character(found);
  }
  return {.min = kNever, .max = kNever};
}

}  // namespace

PatternNode read_pattern(std::string_view pattern) {
  return Reader(pattern).choice(0);
}

RE2::Options quiet_options() {
  RE2::Options options;
  options.set_log_errors(false);
  return options;
}

}  // namespace penstock::contract
