# There are two precompiled headers: one for the products, and one for the tests, whose options
# PENSTOCK_TEST_OPTIONS changes. They save a third of a build's time. A file still includes all
# that it needs, or it would not compile with the presets that have none: tsan, release and the
# packages.
option(PENSTOCK_PRECOMPILE "Precompile the headers that most files include" OFF)
set(PENSTOCK_TEST_OPTIONS "" CACHE STRING "Compiler options of tests, on top of the others")

set(PENSTOCK_PRECOMPILED_ASIO
  <boost/asio/as_tuple.hpp>
  <boost/asio/awaitable.hpp>
  <boost/asio/co_spawn.hpp>
  <boost/asio/io_context.hpp>
  <boost/asio/ip/tcp.hpp>
  <boost/asio/signal_set.hpp>
  <boost/asio/steady_timer.hpp>
  <boost/asio/use_awaitable.hpp>)

if(PENSTOCK_PRECOMPILE)
  # A precompiled header serves only files that are compiled with the same definitions and options.
  target_compile_definitions(penstock_options INTERFACE
    BOOST_ASIO_NO_DEPRECATED
    BOOST_ASIO_SEPARATE_COMPILATION
    BOOST_BEAST_SEPARATE_COMPILATION
    BOOST_CONTAINER_NO_LIB
    BOOST_JSON_NO_LIB
    BOOST_URL_NO_LIB)
  # A target that includes Asio must be linked with it.
  target_link_libraries(penstock_options INTERFACE penstock_asio)
  # -fpch-preprocess is for ccache. In a precompiled header g++ 12 forgets which headers are the
  # system's, and so raises false alarms on std::string in them; release warns of our own arrays.
  target_compile_options(penstock_options INTERFACE
    $<BUILD_INTERFACE:-pthread>
    $<BUILD_INTERFACE:-fpch-preprocess>
    $<BUILD_INTERFACE:$<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds>>
    $<BUILD_INTERFACE:$<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>>
    $<BUILD_INTERFACE:$<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overread>>)

  add_library(penstock_precompiled OBJECT "${PROJECT_SOURCE_DIR}/cmake/precompiled.cpp")
  target_link_libraries(penstock_precompiled PRIVATE penstock_options)
  target_precompile_headers(penstock_precompiled PRIVATE
    ${PENSTOCK_PRECOMPILED_ASIO}
    <boost/json/value.hpp>
    <boost/system/result.hpp>
    <algorithm>
    <array>
    <charconv>
    <chrono>
    <filesystem>
    <fstream>
    <functional>
    <map>
    <memory>
    <optional>
    <string>
    <string_view>
    <thread>
    <vector>)
endif()

# penstock_precompiled_headers(TARGET) gives them to a target that is linked with penstock_options.
function(penstock_precompiled_headers target)
  if(PENSTOCK_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM penstock_precompiled)
  endif()
endfunction()
