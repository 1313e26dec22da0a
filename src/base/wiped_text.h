#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

// This file declares memory that is overwritten when it is freed, for what may contain secrets:
// a core dump, a leak or a later allocation then finds nothing.
namespace penstock::base {

// Overwrites memory with zeros. Unlike memset() it is not left out when nothing reads the memory
// afterwards.
inline void wipe(void* memory, size_t bytes) {
  ::explicit_bzero(memory, bytes);
}

// Overwrites what functions that have returned left on the stack, up to 16 KiB below the caller.
[[gnu::noinline]] inline void wipe_stack() {
  std::array<char, 16 * 1024> below;
  wipe(below.data(), below.size());
}

// Allocates as std::allocator does, and wipes memory before it is freed. A container that grows
// wipes its old place, too.
template <class T>
struct WipingAllocator {
  using value_type = T;

  WipingAllocator() = default;
  template <class U>
  WipingAllocator(const WipingAllocator<U>&) {}  // Not explicit, as allocators must not be.

  [[nodiscard]] T* allocate(size_t count) { return std::allocator<T>().allocate(count); }
  void deallocate(T* memory, size_t count) {
    wipe(memory, count * sizeof(T));
    std::allocator<T>().deallocate(memory, count);
  }
  template <class U>
  bool operator==(const WipingAllocator<U>&) const {
    return true;
  }
};

// This is a std::string whose memory is wiped. It becomes a std::string only where that is written
// out. A text of up to 15 bytes lies in the object itself, where nothing wipes it; aws::Secret has
// no such texts.
using WipedText = std::basic_string<char, std::char_traits<char>, WipingAllocator<char>>;

// Compares it with a std::string or a view.
inline bool operator==(const WipedText& a, std::string_view b) {
  return std::string_view(a) == b;
}

}  // namespace penstock::base
