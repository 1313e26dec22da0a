#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace penstock::contract {

inline constexpr uint32_t kCodePointMax = 0x10ffff;

// A CharacterSet is a set of code points, as ranges that are sorted, do not overlap and do not
// touch.
struct CharacterSet {
  struct Range {
    uint32_t first;
    uint32_t last;  // Included.

    friend auto operator<=>(const Range&, const Range&) = default;
  };
  std::vector<Range> ranges;

  // Adds the code points from `first` to `last`. Ranges may be added in any order; call tidy()
  // after the last one.
  void add(uint32_t first, uint32_t last) { ranges.push_back({first, last}); }
  void tidy();
  // Returns the code points that are not in this set, which must be tidy.
  [[nodiscard]] CharacterSet complement() const;

  friend auto operator<=>(const CharacterSet&, const CharacterSet&) = default;
};

// Knows which code points the classes of patterns have, such as \p{L}, whose tables are RE2's. It
// lets RE2 read a text of all code points, and remembers the answers. That text takes 4 MB, and an
// answer some milliseconds, so a ClassBook is for the start only, and gives kAnswersMax answers at
// most.
class ClassBook {
 public:
  static constexpr size_t kAnswersMax = 64;

  // Returns the code points that the expression `text`, which must match single code points only,
  // matches. Returns null if RE2 does not accept it, or if too many were asked for. The book owns
  // the set.
  [[nodiscard]] const CharacterSet* find(std::string_view text);

 private:
  std::string all_;  // Every code point but the surrogates, in order. It is empty until needed.
  std::unordered_map<std::string, std::optional<CharacterSet>> answers_;
};

}  // namespace penstock::contract
