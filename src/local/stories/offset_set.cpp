#include "local/stories/offset_set.h"

#include <algorithm>

namespace penstock::local {
namespace {

// Returns the offsets that two ranges have in common, which may be none: then `last` is before
// `first`.
OffsetRange common(const OffsetRange& one, const OffsetRange& other) {
  return {std::max(one.first, other.first), std::min(one.last, other.last)};
}

}  // namespace

size_t OffsetSet::index_of(base::Offset offset) const {
  const auto found = std::lower_bound(
      ranges_.begin(), ranges_.end(), offset,
      [](const OffsetRange& range, base::Offset wanted) { return range.last < wanted; });
  return static_cast<size_t>(found - ranges_.begin());
}

int64_t OffsetSet::add(const OffsetRange& range) {
  if (range.last < range.first) return 0;
  // Nearly always they follow the last ones.
  if (!ranges_.empty() && ranges_.back().last + 1 == range.first) {
    ranges_.back().last = range.last;
    size_ += range.count();
    return range.count();
  }
  // This one is joined with a range that ends right before it, and with one behind it.
  const size_t begin = index_of(range.first - 1);
  size_t end = begin;
  OffsetRange whole = range;
  int64_t known = 0;
  while (end < ranges_.size() && ranges_[end].first <= range.last + 1) {
    known += ranges_[end].count();
    whole = {std::min(whole.first, ranges_[end].first), std::max(whole.last, ranges_[end].last)};
    ++end;
  }
  const auto at = ranges_.begin() + static_cast<ptrdiff_t>(begin);
  if (begin == end) {
    ranges_.insert(at, whole);
  } else {
    *at = whole;
    ranges_.erase(at + 1, ranges_.begin() + static_cast<ptrdiff_t>(end));
  }
  const int64_t added = whole.count() - known;
  size_ += added;
  return added;
}

int64_t OffsetSet::remove(const OffsetRange& range) {
  const size_t begin = index_of(range.first);
  size_t end = begin;
  int64_t removed = 0;
  while (end < ranges_.size() && ranges_[end].first <= range.last) {
    removed += common(ranges_[end], range).count();
    ++end;
  }
  if (begin == end || removed <= 0) return 0;
  // What is left of the first and of the last of them takes their places.
  const OffsetRange below{ranges_[begin].first, range.first - 1};
  const OffsetRange above{range.last + 1, ranges_[end - 1].last};
  auto at = ranges_.erase(ranges_.begin() + static_cast<ptrdiff_t>(begin),
                          ranges_.begin() + static_cast<ptrdiff_t>(end));
  if (above.count() > 0) at = ranges_.insert(at, above);
  if (below.count() > 0) ranges_.insert(at, below);
  size_ -= removed;
  return removed;
}

int64_t OffsetSet::remove(const OffsetSet& other) {
  int64_t removed = 0;
  for (const OffsetRange& range : other.ranges_) removed += remove(range);
  return removed;
}

int64_t OffsetSet::count_in(const OffsetRange& range) const {
  int64_t count = 0;
  for (size_t i = index_of(range.first); i < ranges_.size() && ranges_[i].first <= range.last;
       ++i) {
    count += common(ranges_[i], range).count();
  }
  return count;
}

void OffsetSet::close_lower_gaps() {
  const size_t half = ranges_.size() / 2;
  if (half < 2) return;
  add({ranges_.front().first, ranges_[half - 1].last});
}

void OffsetSet::remove_lower_half() {
  const size_t half = ranges_.size() / 2;
  if (half == 0) return;
  remove({ranges_.front().first, ranges_[half - 1].last});
}

}  // namespace penstock::local
