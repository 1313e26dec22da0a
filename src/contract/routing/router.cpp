#include "contract/routing/router.h"

#include <algorithm>
#include <span>

#include "contract/routing/segment_text.h"

namespace penstock::contract {

namespace {

// Splits a run of neighbours: those whose extents are known get their part from the left and from
// the right, and the one that is left gets what is between them.
bool split_neighbours(const SegmentText& segment, Span run, std::span<const Extent> extents,
                      Span* found) {
  size_t first = 0;
  size_t last = extents.size();
  for (; first < last && extents[first].is_known(); ++first) {
    found[first].from = run.from;
    if (!segment.take_front(extents[first], run)) return false;
    found[first].to = run.from;
  }
  for (; last > first + 1; --last) {
    found[last - 1].to = run.to;
    if (!segment.take_back(extents[last - 1], run)) return false;
    found[last - 1].from = run.to;
  }
  if (first == last) return run.from == run.to;
  found[first] = run;
  return true;
}

}  // namespace

size_t Segment::text_size() const {
  size_t size = 0;
  for (const std::string& text : texts) size += text.size();
  return size;
}

bool Segment::has_neighbours() const {
  for (size_t i = 1; i < names.size(); ++i) {
    if (texts[i].empty()) return true;
  }
  return false;
}

bool Segment::match(std::string_view raw, const NormalSegment* normal, PathValues& values) const {
  const SegmentText segment(raw, normal);
  if (names.empty()) return segment.text() == texts[0];
  Span rest{0, segment.text().size()};
  if (!segment.remove_front(texts.front(), rest)) return false;
  if (!segment.remove_back(texts.back(), rest)) return false;
  // The search runs from the right, so that the first parameter gets what is left: "a.b.png"
  // becomes "a.b" and "png".
  const size_t before = values.size();
  if (before + names.size() > kPathParametersMax) return false;
  std::array<Span, kPathParametersMax> found;
  size_t end = names.size();  // The parameters before this one are still to be found.
  for (size_t i = names.size(); i-- > 0;) {
    if (i > 0 && texts[i].empty()) continue;
    Span run = rest;
    if (i > 0 && !segment.split_at_last(texts[i], rest, run)) return false;
    if (end - i == 1) {
      found[i] = run;
    } else if (extents.empty() ||
               !split_neighbours(segment, run, {extents.data() + i, end - i}, found.data() + i)) {
      return false;
    }
    end = i;
  }
  for (size_t i = 0; i < names.size(); ++i) {
    if (found[i].from == found[i].to) return false;
    values.add(segment.raw(found[i]));
  }
  return true;
}

base::Result<std::vector<Segment>> parse_template(std::string_view path) {
  const auto refused = [](std::string sentence) {
    return base::Error{.code = base::ErrorCode::invalid, .message = std::move(sentence)};
  };
  std::vector<Segment> segments;
  size_t parameters = 0;
  bool is_encoded = true;
  NormalSegment normal;
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
      const std::string_view written = rest.substr(0, open);
      if (is_percent_encoded(written)) {
        normal.assign(written);
        text = normal.text;
      } else {
        is_encoded = false;
      }
      if (open == std::string_view::npos) break;
      const size_t close = rest.find('}', open);
      if (rest[open] == '}' || close == std::string_view::npos || close == open + 1 ||
          rest.substr(open + 1, close - open - 1).find('{') != std::string_view::npos) {
        return refused("each parameter in a path must be written as {name}");
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
        const auto rank = [](const Segment& one) {
          return std::pair(one.text_size(), one.names.size());
        };
        const auto before =
            std::find_if(templates.begin(), templates.end(),
                         [&](const auto& known) { return rank(known.first) < rank(segment); });
        templates.emplace(before, segment, next);
      }
    }
    at = next;
  }
  if (nodes_[at].path != kNone) return Clash{nodes_[at].path};
  nodes_[at].path = path;
  return {};
}

bool Router::set_extents(const std::vector<Segment>& segments) {
  size_t at = 0;
  for (const Segment& segment : segments) {
    if (segment.is_literal()) {
      const auto literal = nodes_[at].literals.find(segment.texts[0]);
      if (literal == nodes_[at].literals.end()) return true;  // The path has not been added.
      at = literal->second;
      continue;
    }
    auto& templates = nodes_[at].templates;
    const auto known = std::find_if(templates.begin(), templates.end(),
                                    [&](const auto& one) { return one.first.same_shape(segment); });
    if (known == templates.end()) return true;
    std::vector<Extent>& extents = known->first.extents;
    if (!extents.empty() && extents != segment.extents) return false;
    extents = segment.extents;
    at = known->second;
  }
  return true;
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
  const auto enter = [&](size_t next) {
    if (slash == std::string_view::npos) return nodes_[next].path;
    return walk(next, rest.substr(slash + 1), values, depth + 1);
  };
  const auto enter_literal = [&](std::string_view text) {
    const auto literal = nodes_[node].literals.find(text);
    return literal == nodes_[node].literals.end() ? kNone : enter(literal->second);
  };
  if (const size_t found = enter_literal(raw); found != kNone) return found;
  // A text that a literal equals is in normal form, so only others need to be looked at here.
  const NormalSegment* normal = nullptr;
  if (may_be_abnormal(raw)) {
    if (!is_percent_encoded(raw)) return kNone;
    NormalSegment& buffer = values.segment(depth);
    buffer.assign(raw);
    normal = &buffer;
    if (buffer.text != raw) {
      if (const size_t found = enter_literal(buffer.text); found != kNone) return found;
    }
  }
  const size_t before = values.size();
  for (const auto& [pattern, next] : nodes_[node].templates) {
    if (pattern.match(raw, normal, values)) {
      if (const size_t found = enter(next); found != kNone) return found;
    }
    values.drop_to(before);
  }
  return kNone;
}

}  // namespace penstock::contract
