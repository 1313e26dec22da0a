#include "contract/expressions/character_set.h"

#include <algorithm>
#include <iterator>

namespace penstock::contract {

void CharacterSet::tidy() {
  std::sort(ranges.begin(), ranges.end());
  std::vector<Range> merged;
  for (const Range& range : ranges) {
    if (!merged.empty() && range.first <= merged.back().last + 1) {
      merged.back().last = std::max(merged.back().last, range.last);
    } else {
      merged.push_back(range);
    }
  }
  ranges = std::move(merged);
}

bool CharacterSet::has(uint32_t point) const {
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), point,
                                      [](uint32_t p, const Range& r) { return p < r.first; });
  return after != ranges.begin() && point <= std::prev(after)->last;
}

CharacterSet CharacterSet::complement() const {
  CharacterSet others;
  uint32_t next = 0;
  for (const Range& range : ranges) {
    if (range.first > next) others.add(next, range.first - 1);
    next = range.last + 1;
  }
  if (next <= kCodePointMax) others.add(next, kCodePointMax);
  return others;
}

}  // namespace penstock::contract
