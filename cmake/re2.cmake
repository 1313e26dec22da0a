# Defines PkgConfig::RE2. RE2 needs Abseil since Debian 13, and pkg-config takes seconds to walk the
# hundred packages of Abseil. pkg_check_modules would call it twenty times. So a static program,
# which is linked with all of them, calls it once, and any other is linked with libre2.so alone.
find_path(PENSTOCK_RE2_INCLUDE re2/re2.h REQUIRED)
add_library(PkgConfig::RE2 INTERFACE IMPORTED)
if(NOT PENSTOCK_STATIC)
  find_library(PENSTOCK_RE2 re2 REQUIRED)
  target_link_libraries(PkgConfig::RE2 INTERFACE "${PENSTOCK_RE2}" Threads::Threads)
  return()
endif()
execute_process(COMMAND "${PKG_CONFIG_EXECUTABLE}" --static --libs re2
  OUTPUT_VARIABLE options OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
separate_arguments(options UNIX_COMMAND "${options}")
if(NOT options)
  message(FATAL_ERROR "pkg-config does not say how to link RE2 in the sysroot '${CMAKE_SYSROOT}'.")
endif()
target_link_libraries(PkgConfig::RE2 INTERFACE ${options})
