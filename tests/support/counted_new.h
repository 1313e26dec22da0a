#pragma once

#include <cstddef>

namespace penstock::test {

// How often the program has asked for memory so far. A program with counted_new.cpp in it has an
// operator new of its own, which counts; for one thread.
[[nodiscard]] std::size_t allocations();

}  // namespace penstock::test
