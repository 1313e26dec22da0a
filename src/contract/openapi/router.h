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

// A path may have at most this many parameters. More are refused at start.
inline constexpr size_t kPathParametersMax = 16;

// PathValues has the decoded values of a path's parameters. One object serves many requests, so
// that it rarely allocates.
class PathValues {
 public:
  // These return the number of values, and one of them, which lives until the next change.
  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] const std::string& operator[](size_t i) const { return values_[i]; }
  void clear() { size_ = 0; }
  // Adds a copy of the value. There must be fewer than kPathParametersMax values.
  void add(std::string_view value) { values_[size_++].assign(value); }
  // Removes all but the first `size` values.
  void drop_to(size_t size) { size_ = size; }
  // Returns a buffer for the decoded text of the segment at this depth. Its address is stable.
  [[nodiscard]] std::string& segment(size_t depth) {
    while (segments_.size() <= depth) segments_.emplace_back();
    return segments_[depth];
  }

 private:
  std::array<std::string, kPathParametersMax> values_;
  size_t size_ = 0;
  std::deque<std::string> segments_;
};

// A Segment is one segment of a path's template: texts and parameters in turn, as in
// "{id}.{extension}".
struct Segment {
  // These are the decoded texts around the parameters: one more than there are names. The first and
  // the last may be empty.
  std::vector<std::string> texts;
  std::vector<std::string> names;

  [[nodiscard]] bool is_literal() const { return names.empty(); }
  // Returns the length of all texts in bytes, which decides the precedence.
  [[nodiscard]] size_t text_size() const;
  // Returns whether both match the same segments of a request.
  [[nodiscard]] bool same_shape(const Segment& other) const { return texts == other.texts; }
  // Returns whether this matches a decoded segment of a request. If so, the parameters' values are
  // added to `values`. None of them is empty.
  [[nodiscard]] bool match(std::string_view segment, PathValues& values) const;
};

// Splits a template such as "/a/{b}/c" into its segments. Fails with `invalid` and a sentence that
// says what is wrong.
[[nodiscard]] base::Result<std::vector<Segment>> parse_template(std::string_view path);

// Finds the path of a request. It is a tree of segments: each node has its literal children by
// their text, its template children in the order of their precedence, and the path that ends there,
// as an index into a list of the caller. Literal segments come before templates (OpenAPI 3.0.3
// section 4.7.8), and templates with more text before those with less. If a branch does not lead to
// a path, the next one is tried.
class Router {
 public:
  static constexpr size_t kNone = static_cast<size_t>(-1);

  // A Clash has the index of the earlier path that matches the same requests as a new one.
  struct Clash {
    size_t path;
  };

  Router() : nodes_(1) {}

  // Adds a path with this index. Fails with the earlier path if one matches the same requests.
  [[nodiscard]] boost::system::result<void, Clash> add(const std::vector<Segment>& segments,
                                                       size_t path);

  // Returns the index of the path that matches a request's path, which is still percent-encoded; an
  // encoded slash is data. `values` gets the decoded values of its parameters. Returns kNone if
  // nothing matches, or the encoding is broken.
  [[nodiscard]] size_t find(std::string_view path, PathValues& values) const;

 private:
  struct Node {
    std::map<std::string, size_t, std::less<>> literals;
    std::vector<std::pair<Segment, size_t>> templates;  // In order of precedence.
    size_t path = kNone;
  };

  [[nodiscard]] size_t walk(size_t node, std::string_view rest, PathValues& values,
                            size_t depth) const;

  std::vector<Node> nodes_;
};

}  // namespace penstock::contract
