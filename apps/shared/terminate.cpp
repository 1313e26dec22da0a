// In place of the C++ library's own, which brings a demangler of C++ names: 65 KB of the packaged
// function.

#include <cstdio>
#include <cstdlib>
#include <exception>

void __gnu_cxx::__verbose_terminate_handler() {
  try {
    if (std::current_exception()) throw;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ended by an exception: %s\n", error.what());
  } catch (...) {
    std::fputs("ended by an exception\n", stderr);
  }
  std::abort();
}
