#pragma once

#include <openssl/crypto.h>

#include <string>
#include <utility>

namespace penstock::aws {

// Holds a text that must never be logged or become part of an error. It cannot be written to a
// stream, and its memory is overwritten when it is destroyed.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret(Secret&&) = default;
  Secret& operator=(const Secret& other) {
    if (this != &other) {
      wipe();
      text_ = other.text_;
    }
    return *this;
  }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe();
      text_ = std::move(other.text_);
    }
    return *this;
  }
  ~Secret() { wipe(); }

  // Returns the text. Every use of a secret can be found by this name.
  [[nodiscard]] const std::string& reveal() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }

 private:
  void wipe() {
    if (!text_.empty()) OPENSSL_cleanse(text_.data(), text_.size());
  }

  std::string text_;
};

}  // namespace penstock::aws
