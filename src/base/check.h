#pragma once

#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace penstock::base {

// Stops the process when `holds` is false: for bugs, never for bad input. Stays on in every build.
inline void check(bool holds, const char* sentence,
                  std::source_location where = std::source_location::current()) {
  if (holds) return;
  std::fprintf(stderr, "bug: %s (%s:%u)\n", sentence, where.file_name(), static_cast<unsigned>(where.line()));
  std::abort();
}

}  // namespace penstock::base
