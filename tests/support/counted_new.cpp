#include "support/counted_new.h"

#include <cstdlib>
#include <new>

namespace {
thread_local std::size_t count = 0;
thread_local bool no_memory = false;
thread_local std::size_t before_failure = 0;  // The one with this number, from 1 on, fails.

bool fails() {
  ++count;
  return no_memory || (before_failure > 0 && --before_failure == 0);
}
}  // namespace

std::size_t penstock::test::allocations() {
  return count;
}
penstock::test::NoMemory::NoMemory() {
  no_memory = true;
}
penstock::test::NoMemory::~NoMemory() {
  no_memory = false;
}
penstock::test::OneWithoutMemory::OneWithoutMemory(std::size_t before) {
  before_failure = before + 1;
}
penstock::test::OneWithoutMemory::~OneWithoutMemory() {
  before_failure = 0;
}
bool penstock::test::OneWithoutMemory::happened() const {
  return before_failure == 0;
}

// The deletes below are not inlined: g++ 12 would warn that free() does not match new.
void* operator new(std::size_t bytes) {
  if (fails()) throw std::bad_alloc();
  if (void* memory = std::malloc(bytes)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  if (fails()) throw std::bad_alloc();
  const auto boundary = static_cast<std::size_t>(alignment);
  if (void* memory = std::aligned_alloc(boundary, (bytes + boundary - 1) / boundary * boundary)) {
    return memory;
  }
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
