#pragma once

#include <memory>
#include <utility>

namespace penstock::typed {

// Holds one T, which may be incomplete where the Box is declared, so that a struct can contain its
// own kind: std::optional<Box<Category>>. It is a value like T itself: a copy copies the T, and two
// are equal if the Ts are. It is never empty, except after it was moved from.
template <class T>
class Box {
 public:
  Box() : held_(std::make_unique<T>()) {}
  Box(T value) : held_(std::make_unique<T>(std::move(value))) {}  // NOLINT: it is a T.
  Box(const Box& other) : held_(std::make_unique<T>(*other)) {}
  Box(Box&& other) noexcept = default;
  ~Box() = default;
  Box& operator=(const Box& other) {
    if (this != &other) held_ = std::make_unique<T>(*other);
    return *this;
  }
  Box& operator=(Box&& other) noexcept = default;

  [[nodiscard]] T& operator*() { return *held_; }
  [[nodiscard]] const T& operator*() const { return *held_; }
  [[nodiscard]] T* operator->() { return held_.get(); }
  [[nodiscard]] const T* operator->() const { return held_.get(); }

  friend bool operator==(const Box& a, const Box& b) { return *a == *b; }

 private:
  std::unique_ptr<T> held_;
};

}  // namespace penstock::typed
