#include "contract/expressions/unicode.h"

#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace penstock::contract {

namespace {

using Range = CharacterSet::Range;

constexpr uint32_t kKelvin = 0x212a;  // It folds to 'k' (Unicode's CaseFolding.txt).
constexpr uint32_t kLongS = 0x17f;    // It folds to 's'.

// Reading kCased once more takes about 1 ms, and a longer expression takes RE2 longer.
constexpr size_t kVisitsOfCase = 50'000;
constexpr size_t kVisitsOfCasedRange = 100;

// Of these categories are all characters that differ from another one only in case (Unicode's
// CaseFolding.txt and DerivedCoreProperties.txt, "Cased" and U+0345).
constexpr const char* kCased = R"(\p{Lu}\p{Ll}\p{Lt}\p{Lm}\p{Mn}\p{Nl}\p{So})";

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

// A Text has characters, in order, each of which stands for a range.
class Text {
 public:
  void add(const Range& range) {
    offsets_.push_back(static_cast<uint32_t>(bytes_.size()));
    ranges_.push_back(range);
    append_utf8(range.first, bytes_);
  }

  // Returns the ranges of the characters that the class `flags`[`inside`] matches. Returns false if
  // RE2 does not accept it.
  bool find(const std::string& flags, const std::string& inside, CharacterSet& found) const {
    RE2::Options options(RE2::Quiet);
    options.set_longest_match(true);
    const RE2 in(flags + "[" + inside + "]+", options);
    const RE2 out(flags + "[^" + inside + "]+", options);
    if (!in.ok() || !out.ok()) return false;
    re2::StringPiece run;
    const re2::StringPiece all(bytes_);
    // Runs of characters that match and of those that do not take turns.
    bool matches = true;
    int failures = 0;
    for (size_t from = 0; from < bytes_.size() && failures < 2; matches = !matches) {
      if (!(matches ? in : out).Match(all, from, all.size(), RE2::ANCHOR_START, &run, 1)) {
        ++failures;
        continue;
      }
      failures = 0;
      const size_t first = index_of(from);
      from += run.size();
      const size_t end = index_of(from);
      if (matches) {
        found.ranges.insert(found.ranges.end(), ranges_.begin() + static_cast<ptrdiff_t>(first),
                            ranges_.begin() + static_cast<ptrdiff_t>(end));
      }
    }
    found.tidy();
    return failures < 2;
  }

 private:
  size_t index_of(size_t offset) const {
    return static_cast<size_t>(std::lower_bound(offsets_.begin(), offsets_.end(), offset) -
                               offsets_.begin());
  }

  std::string bytes_;
  std::vector<uint32_t> offsets_;
  std::vector<Range> ranges_;
};

// Returns all characters but the surrogates. Planes 4 to 13 have none that Unicode has assigned,
// and 15 and 16 are for private use but for the last two code points of each.
Text all_characters() {
  Text text;
  const auto add_each = [&](uint32_t first, uint32_t last) {
    for (uint32_t point = first; point <= last; ++point) text.add({point, point});
  };
  add_each(0, 0xd7ff);
  add_each(0xe000, 0x3ffff);
  text.add({0x40000, 0xdffff});
  add_each(0xe0000, 0xeffff);
  for (const uint32_t plane : {0xf0000U, 0x100000U}) {
    text.add({plane, plane + 0xfffd});
    add_each(plane + 0xfffe, plane + 0xffff);
  }
  return text;
}

// Cased has the characters of kCased.
struct Cased {
  CharacterSet set;
  Text text;
};

const Cased& cased() {
  static const Cased known = [] {
    Cased made;
    if (!all_characters().find("", kCased, made.set)) made.set = {};
    for (const Range& range : made.set.ranges) {
      for (uint32_t point = range.first; point <= range.last; ++point) {
        made.text.add({point, point});
      }
    }
    return made;
  }();
  return known;
}

}  // namespace

const CharacterSet* re2_property(std::string_view name) {
  // The names of Unicode are of these characters. Others could end the class.
  const bool is_name = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  });
  if (!is_name) return nullptr;
  static std::mutex mutex;
  static auto& known = *new std::map<std::string, CharacterSet, std::less<>>();
  const std::scoped_lock lock(mutex);
  if (const auto at = known.find(name); at != known.end()) return &at->second;
  const std::string one = "\\p{" + std::string(name) + "}";
  if (!RE2(one, RE2::Quiet).ok()) return nullptr;
  CharacterSet set;
  if (!all_characters().find("", one, set)) return nullptr;
  return &known.emplace(name, std::move(set)).first->second;
}

bool add_case_variants(CharacterSet& set, Attempt& attempt) {
  if (set.ranges.empty()) return true;
  if (set.ranges.back().last < 0x80) {
    const CharacterSet plain = set;
    for (const Range& range : plain.ranges) {
      for (uint32_t point = range.first; point <= range.last; ++point) {
        const uint32_t lower = point | 0x20;
        if (point < 'A' || lower < 'a' || lower > 'z') continue;
        set.add(lower, lower);
        set.add(lower - 0x20, lower - 0x20);
        if (lower == 'k') set.add(kKelvin, kKelvin);
        if (lower == 's') set.add(kLongS, kLongS);
      }
    }
    set.tidy();
    return true;
  }
  if (!attempt.take(kVisitsOfCase + kVisitsOfCasedRange * set.ranges.size())) return false;
  // Only what is cased can have a variant.
  std::string one;
  const auto& other = cased().set.ranges;
  auto at = other.begin();
  for (const Range& range : set.ranges) {
    while (at != other.end() && at->last < range.first) ++at;
    for (auto same = at; same != other.end() && same->first <= range.last; ++same) {
      std::array<char, 32> text{};
      std::snprintf(text.data(), text.size(), "\\x{%x}-\\x{%x}", std::max(range.first, same->first),
                    std::min(range.last, same->last));
      one += text.data();
    }
  }
  if (one.empty()) return true;
  CharacterSet variants;
  if (!cased().text.find("(?i)", one, variants)) return false;
  set.add(variants);
  set.tidy();
  return true;
}

}  // namespace penstock::contract
