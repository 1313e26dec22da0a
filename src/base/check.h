#pragma once

#include <cstdio>
#include <cstdlib>

namespace penstock::base {

// Prints `sentence` to the standard error and aborts the process if `holds` is false. It is for
// bugs, never for bad input, and stays on in every build. The caller's file and line come from
// compiler builtins, because clang 14, which builds the fuzz targets, has no std::source_location.
inline void check(bool holds, const char* sentence, const char* file = __builtin_FILE(),
                  int line = __builtin_LINE()) {
  if (holds) return;
  std::fprintf(stderr, "bug: %s (%s:%d)\n", sentence, file, line);
  std::abort();
}

}  // namespace penstock::base
