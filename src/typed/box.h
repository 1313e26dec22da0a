#pragma once

#include <memory>
#include <utility>

namespace penstock::typed {

// Holds one T, which may be incomplete where the Box is declared, so that a struct can contain its
// own kind: std::optional<Box<Category>>. It is a value like T itself: a copy copies the T, and two
// are equal if the Ts are. A new one, and one that was moved from, is empty and stands for T{}. It
// makes that T only when somebody wants to change it, because a T{} that has a Box of its own kind
// would otherwise have no end.
template <class T>
class Box {
 public:
  Box() noexcept = default;
  Box(T value) : held_(std::make_unique<T>(std::move(value))) {}  // NOLINT: it is a T.
  Box(const Box& other) : held_(other.held_ ? std::make_unique<T>(*other.held_) : nullptr) {}
  Box(Box&& other) noexcept = default;
  ~Box() = default;
  Box& operator=(const Box& other) {
    if (this != &other) *this = Box(other);
    return *this;
  }
  Box& operator=(Box&& other) noexcept = default;

  [[nodiscard]] T& operator*() {
    if (!held_) held_ = std::make_unique<T>();
    return *held_;
  }
  [[nodiscard]] const T& operator*() const {
    if (held_) return *held_;
    static const T kNew{};
    return kNew;
  }
  [[nodiscard]] T* operator->() { return &**this; }
  [[nodiscard]] const T* operator->() const { return &**this; }
  // Says whether it stands for T{}, without having one.
  [[nodiscard]] bool empty() const { return held_ == nullptr; }

  friend bool operator==(const Box& a, const Box& b) {
    return (a.empty() && b.empty()) || *a == *b;
  }

 private:
  std::unique_ptr<T> held_;
};

}  // namespace penstock::typed
