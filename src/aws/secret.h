#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/wiped_text.h"

namespace penstock::aws {

// Holds a text that must never be logged or become part of an error. It cannot be written to a
// stream, and its memory is overwritten when it is destroyed or replaced.
class Secret {
 public:
  Secret() = default;
  // These copy the text. A std::string that is given up, whose memory nobody would wipe, is
  // refused by the compiler: read a secret into a base::WipedText.
  explicit Secret(std::string_view text) { assign(text); }
  explicit Secret(const char* text) { assign(text); }
  explicit Secret(std::string&&) = delete;
  explicit Secret(base::WipedText&& text) {
    if (text.size() >= kOnHeap) {
      text_ = std::move(text);
    } else {
      assign(text);
      base::wipe(text.data(), text.size());
    }
  }
  Secret(const Secret& other) { assign(other.text_); }
  Secret(Secret&&) = default;
  Secret& operator=(const Secret& other) {
    if (this != &other) *this = Secret(other);
    return *this;
  }
  Secret& operator=(Secret&&) = default;
  ~Secret() = default;

  // Returns the text. Every use of a secret can be found by this name.
  [[nodiscard]] const base::WipedText& reveal() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }

 private:
  // A string with so much room has its bytes outside of itself, where its allocator wipes them.
  static constexpr size_t kOnHeap = 32;

  void assign(std::string_view text) {
    if (text.empty()) return;
    text_.reserve(std::max(text.size(), kOnHeap));
    text_.assign(text);
  }

  base::WipedText text_;
};

}  // namespace penstock::aws
