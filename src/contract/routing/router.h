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
#include "contract/parameters/percent.h"

namespace penstock::contract {

// This room finds the path of a request among the templates of a document. A Router is the tree of
// their Segments, and a SegmentText is a segment of a request that is compared with them.

// A path may have at most this many parameters. More are refused at start.
inline constexpr size_t kPathParametersMax = 16;

// PathValues has the values of a path's parameters as they stand in the request's path, still
// percent-encoded, since a style may have to be cut before it is decoded. They are views into that
// path. One object serves many requests, so that it rarely allocates.
class PathValues {
 public:
  // These return the number of values, and one of them.
  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] std::string_view operator[](size_t i) const { return values_[i]; }
  void clear() { size_ = 0; }
  // Adds a value. There must be fewer than kPathParametersMax values.
  void add(std::string_view value) { values_[size_++] = value; }
  // Removes all but the first `size` values.
  void drop_to(size_t size) { size_ = size; }
  // Returns a buffer for the segment at this depth. Its address is stable.
  [[nodiscard]] NormalSegment& segment(size_t depth) {
    while (segments_.size() <= depth) segments_.emplace_back();
    return segments_[depth];
  }

 private:
  std::array<std::string_view, kPathParametersMax> values_;
  size_t size_ = 0;
  std::deque<NormalSegment> segments_;
};

// An Extent says where the text of a path parameter ends that has another one beside it, as in
// "{year}{month}".
struct Extent {
  size_t characters = 0;           // Its number of characters, or 0 if that varies.
  std::vector<std::string> texts;  // All texts that it can have, or none if they are not known.

  [[nodiscard]] bool operator==(const Extent&) const = default;
  [[nodiscard]] bool is_known() const { return characters != 0 || !texts.empty(); }
};

// A Segment is one segment of a path's template: texts and parameters in turn, as in
// "{id}.{extension}".
struct Segment {
  // These are the texts around the parameters, in normal form: one more than there are names. Each
  // may be empty.
  std::vector<std::string> texts;
  std::vector<std::string> names;
  // These are the extents of the parameters, if there are two without text between them. At most
  // one of such neighbours has an extent that is not known.
  std::vector<Extent> extents = {};

  [[nodiscard]] bool is_literal() const { return names.empty(); }
  // Returns whether there are two parameters without text between them.
  [[nodiscard]] bool has_neighbours() const;
  // Returns the length of all texts in bytes, which decides the precedence.
  [[nodiscard]] size_t text_size() const;
  // Returns whether both match the same segments of a request. Of those that have neighbours, it is
  // not yet known what they match, but their names are the same if they mean the same.
  [[nodiscard]] bool same_shape(const Segment& other) const {
    return texts == other.texts && (!has_neighbours() || names == other.names);
  }
  // Returns whether this matches a segment of a request, `raw`. `normal` is its normal form, or
  // null if `raw` is in normal form. If it matches, the parameters' values are added to `values`.
  // None of them is empty.
  [[nodiscard]] bool match(std::string_view raw, const NormalSegment* normal,
                           PathValues& values) const;
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

  // Sets the extents of the segments of a path that has been added, before the first request.
  // Returns false if another path has set others for the same segment.
  [[nodiscard]] bool set_extents(const std::vector<Segment>& segments);

  // Returns the index of the path that matches a request's path, which is still percent-encoded. An
  // encoded character never stands for the text of a template, unless it is unreserved: "%2F" is
  // data, and "%61" is "a". `values` gets the values of its parameters. Returns kNone if nothing
  // matches, or the encoding is broken.
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
