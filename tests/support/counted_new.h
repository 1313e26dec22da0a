#pragma once

#include <cstddef>

namespace penstock::test {

// Returns how often operator new was called since the program started. counted_new.cpp must be a
// source of the program: it replaces operator new by one that counts, without a lock, so that only
// one thread may allocate.
[[nodiscard]] std::size_t allocations();

}  // namespace penstock::test
