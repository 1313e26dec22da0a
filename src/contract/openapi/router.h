#pragma once

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
  // Room for the decoded text of a segment; it stays where it is.
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
  [[nodiscard]] bool same_shape(const Segment& other) const { return texts == other.texts; }
  // Whether a decoded segment of a request is of this form; adds the parameters' values, none of
  // which is empty.
  [[nodiscard]] bool match(std::string_view segment, PathValues& values) const;
};

// The segments of "/a/{b}/c". Nothing, and a sentence, if it is no template.
[[nodiscard]] std::optional<std::vector<Segment>> parse_template(std::string_view path, std::string& problem);

// Finds the path of a request: literal segments before templates, templates with more text before
// those with less (OpenAPI 3.0.3 section 4.7.8).
class Router {
 public:
  static constexpr size_t kNone = static_cast<size_t>(-1);

  Router() : nodes_(1) {}

  // False, and which one, if another path matches the same requests.
  [[nodiscard]] bool add(const std::vector<Segment>& segments, size_t path, size_t& other);

  // `path` is raw: percent-encoded. kNone if nothing matches or the encoding is broken. An encoded
  // slash is data.
  [[nodiscard]] size_t find(std::string_view path, PathValues& values) const;

 private:
  struct Node {
    std::map<std::string, size_t, std::less<>> literals;
    std::vector<std::pair<Segment, size_t>> templates;  // In the order of their precedence.
    size_t path = kNone;
  };

  [[nodiscard]] size_t walk(size_t node, std::string_view rest, PathValues& values, size_t depth) const;

  std::vector<Node> nodes_;
};

}  // namespace penstock::contract
