#include "contract/patterns/character_set.h"

#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <algorithm>

namespace penstock::contract {

namespace {

constexpr uint32_t kSurrogateFirst = 0xd800;
constexpr uint32_t kSurrogateLast = 0xdfff;
// These are the offsets, in the text of all code points, of the first ones that take 2, 3 and 4
// bytes.
constexpr uint32_t kTwoBytes = 0x80;
constexpr uint32_t kThreeBytes = kTwoBytes + 2 * (0x800 - 0x80);
constexpr uint32_t kSurrogates = kSurrogateLast - kSurrogateFirst + 1;
constexpr uint32_t kFourBytes = kThreeBytes + 3 * (0x10000 - 0x800 - kSurrogates);

void append_utf8(uint32_t point, std::string& out) {
  const auto put = [&](uint32_t byte) { out += static_cast<char>(byte); };
  const auto more = [&](uint32_t shift) { put(0x80 | (point >> shift & 0x3f)); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xc0 | point >> 6);
    more(0);
  } else if (point < 0x10000) {
    put(0xe0 | point >> 12);
    more(6);
    more(0);
  } else {
    put(0xf0 | point >> 18);
    more(12);
    more(6);
    more(0);
  }
}

// Returns the code point whose first byte has this offset in the text of all code points.
uint32_t point_at(uint32_t offset) {
  if (offset < kTwoBytes) return offset;
  if (offset < kThreeBytes) return 0x80 + (offset - kTwoBytes) / 2;
  if (offset >= kFourBytes) return 0x10000 + (offset - kFourBytes) / 4;
  const uint32_t point = 0x800 + (offset - kThreeBytes) / 3;
  return point < kSurrogateFirst ? point : point + kSurrogates;
}

}  // namespace

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

const CharacterSet* ClassBook::find(std::string_view text) {
  const auto known = answers_.find(std::string(text));
  if (known != answers_.end()) return known->second ? &*known->second : nullptr;
  if (answers_.size() >= kAnswersMax) return nullptr;
  std::optional<CharacterSet>& answer = answers_[std::string(text)];
  const RE2 run("(?:" + std::string(text) + ")+", RE2::Quiet);
  if (!run.ok()) return nullptr;
  if (all_.empty()) {
    for (uint32_t point = 0; point <= kCodePointMax; ++point) {
      if (point < kSurrogateFirst || point > kSurrogateLast) append_utf8(point, all_);
    }
  }
  answer.emplace();
  const re2::StringPiece all(all_);
  re2::StringPiece found;
  for (size_t from = 0; run.Match(all, from, all.size(), RE2::UNANCHORED, &found, 1);) {
    const auto first = static_cast<uint32_t>(found.data() - all.data());
    from = first + found.size();
    answer->add(point_at(first), point_at(static_cast<uint32_t>(from)) - 1);
  }
  answer->tidy();
  return &*answer;
}

}  // namespace penstock::contract
