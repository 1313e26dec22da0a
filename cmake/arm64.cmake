# This toolchain file builds for arm64 on another machine. The compiler is the distribution's. The
# libraries are the distribution's arm64 packages in a folder that scripts/package.sh fills.
set(PENSTOCK_SYSROOT "${CMAKE_CURRENT_LIST_DIR}/../build/sysroot-arm64"
  CACHE PATH "Folder with the arm64 packages")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES PENSTOCK_SYSROOT)
cmake_path(ABSOLUTE_PATH PENSTOCK_SYSROOT NORMALIZE OUTPUT_VARIABLE CMAKE_SYSROOT)

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
# This libc comes before the compiler's own, which lacks the distribution's security updates.
set(CMAKE_EXE_LINKER_FLAGS_INIT "\"-B${CMAKE_SYSROOT}/usr/lib/aarch64-linux-gnu\"")
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static)

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} "${CMAKE_SYSROOT}")
set(ENV{PKG_CONFIG_LIBDIR}
  "${CMAKE_SYSROOT}/usr/lib/aarch64-linux-gnu/pkgconfig:${CMAKE_SYSROOT}/usr/share/pkgconfig")
