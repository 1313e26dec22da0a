# A toolchain file: builds for PENSTOCK_TRIPLET, such as aarch64-linux-gnu, with Debian's compiler
# of that name and its -dev packages for that architecture, installed beside the machine's own; be
# it the machine's architecture or another. For a builder container: on a machine with -dev packages
# of its own, Debian 12 would remove some of them (cmake/arm64.cmake).
set(PENSTOCK_TRIPLET "" CACHE STRING
  "Debian's name of the architecture to build for, with the system's")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES PENSTOCK_TRIPLET)
if(NOT PENSTOCK_TRIPLET MATCHES "^([a-z0-9_]+)-linux-gnu$")
  message(FATAL_ERROR
    "PENSTOCK_TRIPLET is '${PENSTOCK_TRIPLET}'; it must be a triplet, such as aarch64-linux-gnu")
endif()

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${CMAKE_MATCH_1})
set(CMAKE_LIBRARY_ARCHITECTURE ${PENSTOCK_TRIPLET})
set(CMAKE_CXX_COMPILER ${PENSTOCK_TRIPLET}-g++)
# These know the compiler's link-time optimisation, wherever they lie.
set(CMAKE_AR ${PENSTOCK_TRIPLET}-gcc-ar CACHE FILEPATH "")
set(CMAKE_RANLIB ${PENSTOCK_TRIPLET}-gcc-ranlib CACHE FILEPATH "")
# Before a cross compiler's own libc, which lacks the distribution's security updates.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-B/usr/lib/${PENSTOCK_TRIPLET}")
set(ENV{PKG_CONFIG_LIBDIR} "/usr/lib/${PENSTOCK_TRIPLET}/pkgconfig:/usr/share/pkgconfig")
