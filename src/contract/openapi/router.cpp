#include "contract/openapi/router.h"

#include <algorithm>

#include "contract/parameters/parameter.h"

namespace penstock::contract {

size_t Segment::text_size() const {
  size_t size = 0;
  for (const std::string& text : texts) size += text.size();
  return size;
}

bool Segment::match(std::string_view segment, PathValues& values) const {
  if (names.empty()) return segment == texts[0];
  if (!segment.starts_with(texts.front())) return false;
  segment.remove_prefix(texts.front().size());
  if (!segment.ends_with(texts.back())) return false;
  segment.remove_suffix(texts.back().size());
  // The search runs from the right, so that the first parameter gets what is left: "a.b.png"
  // becomes "a.b" and "png".
  const size_t before = values.size();
  std::array<std::string_view, kPathParametersMax> found;
  for (size_t i = names.size(); i-- > 1;) {
    // The text must be followed by at least one character for this parameter.
    if (segment.size() <= texts[i].size()) return false;
    const size_t at = segment.rfind(texts[i], segment.size() - texts[i].size() - 1);
    if (at == std::string_view::npos) return false;
    found[i] = segment.substr(at + texts[i].size());
    segment = segment.substr(0, at);
  }
  if (segment.empty() || before + names.size() > kPathParametersMax) return false;
  found[0] = segment;
  for (size_t i = 0; i < names.size(); ++i) values.add(found[i]);
  return true;
}

base::Result<std::vector<Segment>> parse_template(std::string_view path) {
  const auto refused = [](std::string sentence) {
    return base::Error{.code = base::ErrorCode::invalid, .message = std::move(sentence)};
  };
  std::vector<Segment> segments;
  size_t parameters = 0;
  bool is_encoded = true;
  if (!path.starts_with('/')) return refused("a path must start with '/'");
  path.remove_prefix(1);
  for (bool done = false; !done;) {
    const size_t slash = path.find('/');
    std::string_view rest = path.substr(0, slash);
    done = slash == std::string_view::npos;
    if (!done) path.remove_prefix(slash + 1);
    Segment& segment = segments.emplace_back();
    while (true) {
      const size_t open = rest.find_first_of("{}");
      std::string& text = segment.texts.emplace_back();
      if (!decode_percent(rest.substr(0, open), false, text)) is_encoded = false;
      if (open == std::string_view::npos) break;
      const size_t close = rest.find('}', open);
      if (rest[open] == '}' || close == std::string_view::npos || close == open + 1 ||
          rest.substr(open + 1, close - open - 1).find('{') != std::string_view::npos) {
        return refused("each parameter in a path must be written as {name}");
      }
      if (!segment.names.empty() && text.empty()) {
        return refused(
            "two parameters in a path need text between them, to show where the first ends");
      }
      segment.names.emplace_back(rest.substr(open + 1, close - open - 1));
      ++parameters;
      rest = rest.substr(close + 1);
    }
  }
  if (parameters > kPathParametersMax) {
    return refused("a path may have at most " + std::to_string(kPathParametersMax) + " parameters");
  }
  if (!is_encoded) {
    return refused("the path has a '%' that is not followed by two hexadecimal digits");
  }
  return segments;
}

boost::system::result<void, Router::Clash> Router::add(const std::vector<Segment>& segments,
                                                       size_t path) {
  size_t at = 0;
  for (const Segment& segment : segments) {
    size_t next = kNone;
    if (segment.is_literal()) {
      const auto found = nodes_[at].literals.find(segment.texts[0]);
      if (found != nodes_[at].literals.end()) next = found->second;
    } else {
      for (const auto& [known, node] : nodes_[at].templates) {
        if (known.same_shape(segment)) next = node;
      }
    }
    if (next == kNone) {
      next = nodes_.size();
      nodes_.emplace_back();
      if (segment.is_literal()) {
        nodes_[at].literals.emplace(segment.texts[0], next);
      } else {
        auto& templates = nodes_[at].templates;
        const auto before = std::find_if(
            templates.begin(), templates.end(),
            [&](const auto& known) { return known.first.text_size() < segment.text_size(); });
        templates.emplace(before, segment, next);
      }
    }
    at = next;
  }
  if (nodes_[at].path != kNone) return Clash{nodes_[at].path};
  nodes_[at].path = path;
  return {};
}

size_t Router::find(std::string_view path, PathValues& values) const {
  values.clear();
  if (!path.starts_with('/')) return kNone;
  return walk(0, path.substr(1), values, 0);
}

// Each node is visited at most once, because it has one parent and a fixed depth.
size_t Router::walk(size_t node, std::string_view rest, PathValues& values, size_t depth) const {
  const size_t slash = rest.find('/');
  const std::string_view raw = rest.substr(0, slash);
  std::string_view segment = raw;
  if (raw.find('%') != std::string_view::npos) {
    std::string& decoded = values.segment(depth);
    if (!decode_percent(raw, false, decoded)) return kNone;
    segment = decoded;
  }
  const auto enter = [&](size_t next) {
    if (slash == std::string_view::npos) return nodes_[next].path;
    return walk(next, rest.substr(slash + 1), values, depth + 1);
  };
  if (const auto literal = nodes_[node].literals.find(segment);
      literal != nodes_[node].literals.end()) {
    if (const size_t found = enter(literal->second); found != kNone) return found;
  }
  const size_t before = values.size();
  for (const auto& [pattern, next] : nodes_[node].templates) {
    if (pattern.match(segment, values)) {
      if (const size_t found = enter(next); found != kNone) return found;
    }
    values.drop_to(before);
  }
  return kNone;
}

}  // namespace penstock::contract
