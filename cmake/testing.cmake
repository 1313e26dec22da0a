if(penstock_IS_TOP_LEVEL AND NOT PENSTOCK_STATIC AND NOT PENSTOCK_TOOLS_ONLY)
  enable_testing()
  include(GoogleTest)

  # A sanitizer's programs may take this many times as long.
  set(PENSTOCK_TIMEOUT_FACTOR 1)
  if(PENSTOCK_SANITIZED)
    set(PENSTOCK_TIMEOUT_FACTOR 4)
  endif()

  # unit_tests, integration_tests and system_tests build what a run with that label needs.
  foreach(label unit integration system)
    add_custom_target(${label}_tests)
  endforeach()

  if(PENSTOCK_PRECOMPILE AND NOT PENSTOCK_FUZZ)
    add_library(penstock_precompiled_test OBJECT "${PROJECT_SOURCE_DIR}/cmake/precompiled.cpp")
    target_link_libraries(penstock_precompiled_test PRIVATE penstock_options GTest::gmock)
    target_compile_options(penstock_precompiled_test PRIVATE ${PENSTOCK_TEST_OPTIONS})
    target_precompile_headers(penstock_precompiled_test PRIVATE
      <gmock/gmock.h>
      <gtest/gtest.h>
      ${PENSTOCK_PRECOMPILED_ASIO}
      <boost/json.hpp>
      <chrono>
      <filesystem>
      <fstream>
      <functional>
      <future>
      <map>
      <memory>
      <optional>
      <set>
      <sstream>
      <string>
      <thread>
      <vector>)
  endif()
endif()

# penstock_precompiled_test_headers(TARGET) gives a target of tests their precompiled headers. The
# target must be linked with penstock_options.
function(penstock_precompiled_test_headers target)
  if(TARGET penstock_precompiled_test)
    target_compile_options(${target} PRIVATE ${PENSTOCK_TEST_OPTIONS})
    target_precompile_headers(${target} REUSE_FROM penstock_precompiled_test)
  endif()
endfunction()

# penstock_test(NAME LABEL unit|integration|system SOURCES … LIBS …
#   [DEFINITIONS …] [TIMEOUT SECONDS] [SERIAL] [ONE_THREAD])
# This defines a GoogleTest program, which may include "support/…", the aids of tests/. With SERIAL
# it runs alone on the machine. With ONE_THREAD the preset tsan leaves it out, since it has one
# thread. ctest runs each case of a unit test by itself. It runs each of the other programs as a
# whole, because their cases share what takes seconds to start: a broker or a running system.
function(penstock_test name)
  if(PENSTOCK_FUZZ OR PENSTOCK_STATIC OR PENSTOCK_TOOLS_ONLY OR NOT penstock_IS_TOP_LEVEL)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg
    "SERIAL;ONE_THREAD" "LABEL;TIMEOUT" "SOURCES;LIBS;DEFINITIONS")
  if(arg_ONE_THREAD AND CMAKE_CXX_FLAGS MATCHES "-fsanitize=thread")
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  math(EXPR arg_TIMEOUT "${PENSTOCK_TIMEOUT_FACTOR} * ${arg_TIMEOUT}")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE penstock_options ${arg_LIBS} GTest::gmock GTest::gtest_main)
  target_include_directories(${name} PRIVATE "${penstock_SOURCE_DIR}/tests")
  target_compile_definitions(${name} PRIVATE ${arg_DEFINITIONS})
  penstock_precompiled_test_headers(${name})
  add_dependencies(${arg_LABEL}_tests ${name})
  if(arg_LABEL STREQUAL unit)
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
      PROPERTIES LABELS unit TIMEOUT ${arg_TIMEOUT})
  else()
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES
      LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT} RUN_SERIAL ${arg_SERIAL})
  endif()
endfunction()
