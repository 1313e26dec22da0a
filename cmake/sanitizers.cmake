# Gives a program that is built with a sanitizer what it must know then. The system tests start
# programs with variables of their own, so a program takes no option from ASAN_OPTIONS or
# TSAN_OPTIONS: it is linked with them. Each report goes to a file in PENSTOCK_SANITIZER_REPORTS,
# and `./penstock test` fails if there is one, whichever program wrote it and however that ended.
set(PENSTOCK_SANITIZED OFF)
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=(address|thread)" AND PROJECT_IS_TOP_LEVEL)
  set(PENSTOCK_SANITIZED ON)
  set(PENSTOCK_SANITIZER_REPORTS "${PROJECT_BINARY_DIR}/sanitizer-reports")
  file(MAKE_DIRECTORY "${PENSTOCK_SANITIZER_REPORTS}")
  # It is an object and not in an archive, because it replaces functions of the sanitizer.
  add_library(sanitizer_options OBJECT "${PROJECT_SOURCE_DIR}/tests/support/sanitizer_options.cpp")
  target_compile_definitions(sanitizer_options PRIVATE
    PENSTOCK_REPORT_FILES="${PENSTOCK_SANITIZER_REPORTS}/report"
    PENSTOCK_TSAN_SUPPRESSIONS="${PROJECT_SOURCE_DIR}/tests/support/tsan.supp")
  target_link_libraries(penstock_options INTERFACE $<TARGET_OBJECTS:sanitizer_options>)
endif()
if(PENSTOCK_SANITIZED AND CMAKE_CXX_FLAGS MATCHES "-fsanitize=thread")
  # It must come before librdkafka and glibc.
  add_library(c11_threads OBJECT "${PROJECT_SOURCE_DIR}/tests/support/c11_threads.cpp")
  target_link_libraries(PkgConfig::RDKAFKA INTERFACE $<TARGET_OBJECTS:c11_threads>)
endif()
