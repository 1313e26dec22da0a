#pragma once

#include <cstddef>
#include <memory>

#include "typed/type.h"

namespace penstock::typed {

// Owns one object of a type that only its description knows.
class Object {
 public:
  // `type` must outlive the object.
  explicit Object(const Type& type)
      : type_(type),
        place_(std::make_unique<std::max_align_t[]>(type.size / sizeof(std::max_align_t) + 1)) {
    type_.construct(place_.get());
  }
  ~Object() { type_.destroy(place_.get()); }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  [[nodiscard]] void* get() const { return place_.get(); }
  // Makes the object again.
  void reset() {
    type_.destroy(place_.get());
    type_.construct(place_.get());
  }

 private:
  const Type& type_;
  const std::unique_ptr<std::max_align_t[]> place_;
};

}  // namespace penstock::typed
