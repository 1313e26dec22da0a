set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

option(PENSTOCK_FUZZ "Build the libFuzzer targets instead of the programs (needs clang)" OFF)
option(PENSTOCK_BENCH "Build the benchmarks of bench/, too (needs Google Benchmark)" OFF)
option(PENSTOCK_FUNCTION_ONLY
  "Configure only what the function needs, for its package (scripts/package.sh)" OFF)
option(PENSTOCK_API_ONLY
  "Configure only what the API needs, for its image (container/Dockerfile)" OFF)
option(PENSTOCK_TOOLS_ONLY
  "Configure only what writes a service's C++, for PENSTOCK_TOOLS of another build" OFF)
set(PENSTOCK_RDKAFKA "" CACHE PATH
  "With PENSTOCK_API_ONLY: folder with include/librdkafka and a static lib/librdkafka.a")
set(PENSTOCK_LIBPQ "" CACHE PATH
  "For a static program that uses postgres: the folder that container/build_libpq.sh makes")
set(PENSTOCK_SERVICE_DIR "${PROJECT_SOURCE_DIR}/hello" CACHE PATH
  "Folder of the service that is built, with its service.env")
set(PENSTOCK_TOOLS "" CACHE PATH
  "With PENSTOCK_FUNCTION_ONLY or PENSTOCK_API_ONLY: the bin folder of a build for this machine")

add_library(penstock_options INTERFACE)
target_compile_features(penstock_options INTERFACE cxx_std_20)
target_compile_options(penstock_options INTERFACE -ffunction-sections -fdata-sections)
# Another project that uses this one decides on warnings itself, and so does a service on errors:
# penstock_service() takes -Werror back.
if(PROJECT_IS_TOP_LEVEL)
  set(warnings
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror
    # g++ 12 warns of std::string concatenation without a reason (GCC bug 105651).
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
  target_compile_options(penstock_options INTERFACE "$<BUILD_INTERFACE:${warnings}>")
endif()
target_link_options(penstock_options INTERFACE -Wl,--gc-sections)
target_include_directories(penstock_options INTERFACE
  "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>" "$<INSTALL_INTERFACE:include/penstock>")

# A program that is deployed has the same bytes wherever the sources lie.
set(PENSTOCK_STATIC OFF)
if(PENSTOCK_FUNCTION_ONLY OR PENSTOCK_API_ONLY)
  set(PENSTOCK_STATIC ON)
  add_compile_options(
    "-ffile-prefix-map=${PENSTOCK_SERVICE_DIR}=service" "-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.")
  if(CMAKE_SYSROOT)
    add_compile_options("-ffile-prefix-map=${CMAKE_SYSROOT}=" -fno-canonical-system-headers)
  endif()
  # scripts/sbom.sh reads the map.
  add_link_options(-static-pie -Wl,--strip-all -Wl,--build-id=none
    "-Wl,-Map=${PROJECT_BINARY_DIR}/link.map")
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE}")
endif()

# penstock_library(NAME SOURCES … LIBS …) defines the target of a folder in src/.
function(penstock_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBS")
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC penstock_options ${arg_LIBS})
  penstock_precompiled_headers(${name})
endfunction()
