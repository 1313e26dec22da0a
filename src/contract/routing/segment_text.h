#pragma once

#include <cstddef>
#include <string_view>

#include "contract/routing/router.h"

namespace penstock::contract {

// A Span is a part of a segment's text in normal form.
struct Span {
  size_t from = 0;
  size_t to = 0;
};

// A SegmentText is a segment of a request's path that a template is compared with. It is cut only
// between whole characters: the template's "2F" is not found in "%2F". It views the segment.
class SegmentText {
 public:
  // `normal` is the normal form of `raw`, or null if `raw` is in normal form.
  SegmentText(std::string_view raw, const NormalSegment* normal)
      : raw_(raw), normal_(normal), text_(normal == nullptr ? raw : normal->text) {}

  // Returns the normal form.
  [[nodiscard]] std::string_view text() const { return text_; }
  // Returns a part as it stands in the request.
  [[nodiscard]] std::string_view raw(Span span) const;

  // These remove `text` from the start or the end of `rest`. They return false if it is not there.
  [[nodiscard]] bool remove_front(std::string_view text, Span& rest) const;
  [[nodiscard]] bool remove_back(std::string_view text, Span& rest) const;
  // Splits `rest` at the last `text` that something follows: `rest` becomes what is before it, and
  // `after` what follows. Returns false if there is none.
  [[nodiscard]] bool split_at_last(std::string_view text, Span& rest, Span& after) const;
  // These remove a text of this extent, which is known, from the start or the end of `rest`. They
  // return false if there is none.
  [[nodiscard]] bool take_front(const Extent& extent, Span& rest) const;
  [[nodiscard]] bool take_back(const Extent& extent, Span& rest) const;

 private:
  [[nodiscard]] bool can_cut(size_t at) const {
    return normal_ == nullptr || at == 0 || normal_->offsets[at] != normal_->offsets[at - 1];
  }
  // Returns the place before or after the byte that ends or begins at `at`.
  [[nodiscard]] size_t before(size_t at) const;
  [[nodiscard]] size_t after(size_t at) const;
  // Returns the byte that begins at `at`, decoded.
  [[nodiscard]] unsigned char byte_at(size_t at) const;

  std::string_view raw_;
  const NormalSegment* normal_;
  std::string_view text_;
};

}  // namespace penstock::contract
