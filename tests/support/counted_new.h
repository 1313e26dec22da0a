#pragma once

#include <cstddef>

// counted_new.cpp must be a source of the program that uses these: it replaces operator new.
namespace penstock::test {

// Returns how often this thread has called operator new since it started.
[[nodiscard]] std::size_t allocations();

// As long as it lives, operator new throws std::bad_alloc on the thread that made it. One thread
// may have one at a time.
class NoMemory {
 public:
  NoMemory();
  NoMemory(const NoMemory&) = delete;
  NoMemory& operator=(const NoMemory&) = delete;
  ~NoMemory();
};

// Lets the allocation of this thread that comes after `before` others throw std::bad_alloc, and
// only that one. One thread may have one at a time.
class OneWithoutMemory {
 public:
  explicit OneWithoutMemory(std::size_t before);
  OneWithoutMemory(const OneWithoutMemory&) = delete;
  OneWithoutMemory& operator=(const OneWithoutMemory&) = delete;
  ~OneWithoutMemory();
  // Says whether it has been thrown.
  [[nodiscard]] bool happened() const;
};

}  // namespace penstock::test
