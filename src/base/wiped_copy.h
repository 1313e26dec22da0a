#pragma once

#include <algorithm>
#include <string_view>

#include "base/wiped_text.h"

namespace penstock::base {

// Makes room for so many bytes, and for so many that a text is wiped however short it is: one that
// lies in the object itself is not.
inline void reserve_wiped(WipedText& text, size_t bytes) {
  constexpr size_t kOutside = 32;
  text.reserve(std::max(bytes, kOutside));
}

// Copies a text to where it will be wiped, however short it is.
[[nodiscard]] inline WipedText wiped_copy(std::string_view text) {
  WipedText copy;
  reserve_wiped(copy, text.size());
  copy.assign(text);
  return copy;
}

}  // namespace penstock::base
