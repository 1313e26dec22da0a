enable_testing()
include(GoogleTest)

# penstock_test(NAME LABEL unit|integration|system SOURCES … LIBS … [TIMEOUT seconds]): a GoogleTest program.
# Each of its cases is a ctest of its own.
function(penstock_test name)
  if(PENSTOCK_FUZZ)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;TIMEOUT" "SOURCES;LIBS")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE penstock_options ${arg_LIBS} GTest::gmock GTest::gtest_main)
  gtest_discover_tests(${name}
    DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
endfunction()
