# This toolchain file builds for PENSTOCK_TRIPLET, such as aarch64-linux-gnu, on any architecture.
# It takes Debian's compiler of that name, and Debian's -dev packages for that architecture, which
# are installed beside the machine's own. It is for a builder container: on a machine with its own
# -dev packages Debian 12 would remove some of them, which is why there is cmake/arm64.cmake.
set(PENSTOCK_TRIPLET "" CACHE STRING "Debian's name of the architecture and system to build for")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES PENSTOCK_TRIPLET)
if(NOT PENSTOCK_TRIPLET MATCHES "^([a-z0-9_]+)-linux-gnu$")
  message(FATAL_ERROR
    "PENSTOCK_TRIPLET needs a name such as aarch64-linux-gnu, not '${PENSTOCK_TRIPLET}'")
endif()

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${CMAKE_MATCH_1})
set(CMAKE_LIBRARY_ARCHITECTURE ${PENSTOCK_TRIPLET})
set(CMAKE_CXX_COMPILER ${PENSTOCK_TRIPLET}-g++)
# These can read objects of the compiler's link-time optimisation.
set(CMAKE_AR ${PENSTOCK_TRIPLET}-gcc-ar CACHE FILEPATH "")
set(CMAKE_RANLIB ${PENSTOCK_TRIPLET}-gcc-ranlib CACHE FILEPATH "")
# This libc comes before a cross compiler's own, which lacks the distribution's security updates.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-B/usr/lib/${PENSTOCK_TRIPLET}")
set(ENV{PKG_CONFIG_LIBDIR} "/usr/lib/${PENSTOCK_TRIPLET}/pkgconfig:/usr/share/pkgconfig")
