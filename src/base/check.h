#pragma once

#include <cstdio>
#include <cstdlib>

namespace penstock::base {

// Stops the process when `holds` is false: for bugs, never for bad input. Stays on in every build.
// The place is found by builtins: clang 14, which builds the fuzz targets, has no
// std::source_location.
inline void check(bool holds, const char* sentence, const char* file = __builtin_FILE(),
                  int line = __builtin_LINE()) {
  if (holds) return;
  std::fprintf(stderr, "bug: %s (%s:%d)\n", sentence, file, line);
  std::abort();
}

}  // namespace penstock::base
