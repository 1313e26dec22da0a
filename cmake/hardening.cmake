# What is deployed is compiled as Debian hardens its own packages (dpkg-buildflags, hardening=+all):
# docs/container.md says which options these are, which are left out, and why.
# tests/support/hardening.py compares the commands and the programs with Debian's options.
if(NOT PROJECT_IS_TOP_LEVEL OR NOT CMAKE_BUILD_TYPE STREQUAL "Release")
  return()
endif()

if(PENSTOCK_FUNCTION_ONLY)
  add_compile_options(-fstack-protector-strong)
endif()
add_compile_options(
  -fstack-clash-protection
  -Wformat
  -Werror=format-security
  # A distribution's compiler may have its own level already.
  -U_FORTIFY_SOURCE
  -D_FORTIFY_SOURCE=3
  -fPIE)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64")
  # A processor that cannot check return addresses takes these instructions for none.
  add_compile_options(-mbranch-protection=standard)
endif()
add_link_options(-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)

# Where the linker can do it, the relocations of a program that may lie anywhere take an eighth of
# the space.
include(CheckLinkerFlag)
check_linker_flag(CXX "-Wl,-z,pack-relative-relocs,--fatal-warnings" PENSTOCK_PACKS_RELOCATIONS)
if(PENSTOCK_PACKS_RELOCATIONS)
  add_link_options(-Wl,-z,pack-relative-relocs)
endif()
