#pragma once

#include <array>
#include <boost/system/result.hpp>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace penstock::contract {

// More parameters than this in one path are refused at start.
inline constexpr size_t kPathParametersMax = 16;

// The values of a path's parameters, decoded. Reused from request to request.
class PathValues {
 public:
  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] const std::string& operator[](size_t i) const { return values_[i]; }
  void clear() { size_ = 0; }
  void add(std::string_view value) { values_[size_++].assign(value); }
  void drop_to(size_t size) { size_ = size; }
  // Returns room for the decoded text of the segment at that depth, reused for speed; it stays
  // where it is.
  [[nodiscard]] std::string& segment(size_t depth) {
    while (segments_.size() <= depth) segments_.emplace_back();
    return segments_[depth];
  }

 private:
  std::array<std::string, kPathParametersMax> values_;
  size_t size_ = 0;
  std::deque<std::string> segments_;
};

// One segment of a path's template: text and parameters in turn, "{id}.{extension}".
struct Segment {
  std::vector<std::string> texts;  // One more than there are names; the outer ones may be empty.
  std::vector<std::string> names;

  [[nodiscard]] bool is_literal() const { return names.empty(); }
  [[nodiscard]] size_t text_size() const;
  // Whether they match the same texts.
  [[nodiscard]] bool same_shape(const Segment& other) const { return texts == other.texts; }
  // Whether a decoded segment of a request is of this form. If so it adds the parameters' values,
  // none of which is empty.
  [[nodiscard]] bool match(std::string_view segment, PathValues& values) const;
};

// Cuts "/a/{b}/c" into its segments. The error is `invalid`: a sentence that says why it is no
// template.
[[nodiscard]] base::Result<std::vector<Segment>> parse_template(std::string_view path);

// Finds the path of a request. It is a tree of segments: each node has its literal children by
// their text, then those that are templates, in the order of their precedence, and the path that
// ends there, which is an index into a list of the caller's. Literal segments come before
// templates, templates with more text before those with less (OpenAPI 3.0.3 section 4.7.8); a way
// that ends nowhere is left for the next one.
class Router {
 public:
  static constexpr size_t kNone = static_cast<size_t>(-1);

  // A path that matches the same requests as one that is to be added.
  struct Clash {
    size_t path;
  };

  Router() : nodes_(1) {}

  // Adds a path, unless there is one already that matches the same requests.
  [[nodiscard]] boost::system::result<void, Clash> add(const std::vector<Segment>& segments,
                                                       size_t path);

  // Finds the path that a request's path belongs to, which is raw: percent-encoded, and an encoded
  // slash is data. `values` gets the decoded values of its parameters. Returns kNone if nothing
  // matches or the encoding is broken.
  [[nodiscard]] size_t find(std::string_view path, PathValues& values) const;

 private:
  struct Node {
    std::map<std::string, size_t, std::less<>> literals;
    std::vector<std::pair<Segment, size_t>> templates;  // In the order of their precedence.
    size_t path = kNone;
  };

  [[nodiscard]] size_t walk(size_t node, std::string_view rest, PathValues& values,
                            size_t depth) const;

  std::vector<Node> nodes_;
};

}  // namespace penstock::contract
