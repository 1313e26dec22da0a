# This makes a service's programs of its folder. The CMakeLists.txt of a service uses it, within
# this project and outside.
include("${CMAKE_CURRENT_LIST_DIR}/service_env.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/service_uses.cmake")

# penstock_service(HANDLERS sources… CONSUMER sources… [USES dynamodb postgres upstream]) reads
# service.env beside the CMakeLists.txt that calls it, links the handlers of both halves with the
# libraries that USES names, such as Penstock::dynamodb, and makes of a service named orders:
#   orders_contract            the contract, compiled in ("orders/contract.h")
#   orders_event_schemas       the schemas of its events, compiled in ("orders/event_schemas.h")
#   orders_types, orders_operations, orders_events   the contract as C++ ("orders/operations.h")
#   orders_handlers, orders_event_handlers   the service's own sources
#   orders_api_program, orders_function_program   the programs, with the names of service.env
function(penstock_service)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "" "HANDLERS;CONSUMER;USES")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_HANDLERS OR NOT arg_CONSUMER)
    message(FATAL_ERROR
      "Write penstock_service(HANDLERS handlers.cpp CONSUMER consumer.cpp), with your own sources, "
      "and behind them, if the handlers use such: USES dynamodb postgres upstream.")
  endif()
  penstock_check_uses("${CMAKE_CURRENT_SOURCE_DIR}/CMakeLists.txt" ${arg_USES})
  penstock_read_service_env("${CMAKE_CURRENT_SOURCE_DIR}/service.env")
  set(namespace "${PENSTOCK_SERVICE}")
  if(TARGET ${namespace}_handlers OR TARGET ${namespace}_event_handlers)
    message(FATAL_ERROR "${CMAKE_CURRENT_SOURCE_DIR}/service.env: another service of this build "
      "has SERVICE=${namespace}, too. Give one of them another name.")
  endif()
  if(NOT CMAKE_RUNTIME_OUTPUT_DIRECTORY)
    set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
    set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_RUNTIME_OUTPUT_DIRECTORY}" PARENT_SCOPE)
  endif()
  set(PENSTOCK_SERVICE "${namespace}" PARENT_SCOPE)  # For penstock_service_test().
  set(generated "${CMAKE_CURRENT_BINARY_DIR}/generated")
  penstock_service_contract()
  penstock_service_types()
  penstock_service_libraries()

  # Sources that both halves have are compiled once, so that a test can be linked with all.
  set(both "")
  foreach(source IN LISTS arg_HANDLERS)
    if(source IN_LIST arg_CONSUMER)
      list(APPEND both "${source}")
    endif()
  endforeach()
  if(both)
    list(REMOVE_ITEM arg_HANDLERS ${both})
    list(REMOVE_ITEM arg_CONSUMER ${both})
    penstock_service_sources(${namespace}_both "${both}" ${namespace}_types ${uses})
  endif()
  if(NOT PENSTOCK_FUNCTION_ONLY)
    penstock_service_api()
  endif()
  if(NOT PENSTOCK_API_ONLY)
    penstock_service_function()
  endif()
endfunction()

# penstock_service_sources(TARGET SOURCES LIBRARIES…): compiles sources of a service. They are
# objects and not an archive, so that one with nothing but registrations is linked, too.
function(penstock_service_sources target sources)
  add_library(${target} OBJECT ${sources})
  target_link_libraries(${target} PUBLIC ${ARGN})
  target_include_directories(${target} PUBLIC "${CMAKE_CURRENT_SOURCE_DIR}" "${generated}")
  penstock_compile_service(${target})
endfunction()

# penstock_compile_service(TARGET): what all of a service's targets have in common.
function(penstock_compile_service target)
  # A warning in a team's code is the team's own affair. The options of a source are the last ones.
  get_target_property(sources ${target} SOURCES)
  set_property(SOURCE ${sources} APPEND PROPERTY COMPILE_OPTIONS -Wno-error)
  if(COMMAND penstock_precompiled_headers)
    penstock_precompiled_headers(${target})
  endif()
endfunction()

# penstock_service_tool(NAME RESULT): sets RESULT to the path of a program of this machine that runs
# at build time.
function(penstock_service_tool name result)
  if(TARGET Penstock::${name})
    set(${result} "$<TARGET_FILE:Penstock::${name}>" PARENT_SCOPE)
  elseif(EXISTS "${PENSTOCK_TOOLS}/${name}")
    set(${result} "${PENSTOCK_TOOLS}/${name}" PARENT_SCOPE)
  else()
    message(FATAL_ERROR "There is no ${name} in '${PENSTOCK_TOOLS}'. A build for another machine "
      "needs -D PENSTOCK_TOOLS=FOLDER, the bin folder of a build for this machine.")
  endif()
endfunction()

# Writes the contract as C++. What else is made of it depends on that file, which is written
# whenever a file of the contract changes. The variables are those of penstock_service().
macro(penstock_service_contract)
  foreach(file IN LISTS PENSTOCK_CONTRACT)
    if(NOT EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
      message(FATAL_ERROR "${CMAKE_CURRENT_SOURCE_DIR}/service.env: CONTRACT names ${file}, "
        "which is not there.")
    endif()
  endforeach()
  list(GET PENSTOCK_CONTRACT 0 document)
  penstock_service_tool(penstock_contract penstock_contract)
  set(contract "${generated}/${namespace}/contract.cpp")
  file(MAKE_DIRECTORY "${generated}/${namespace}")
  add_custom_command(
    OUTPUT "${contract}"
    COMMAND "${penstock_contract}" embed "${document}" --namespace ${namespace}
      --output "${contract}"
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
    DEPENDS "${document}" "${penstock_contract}"
    DEPFILE "${contract}.d"
    VERBATIM)
endmacro()

# Writes the contract's types, operations and events as C++ ("orders/operations.h"), and defines
# orders_types, orders_operations and orders_events. Large contracts are cut into several files.
macro(penstock_service_types)
  set(bytes 0)
  foreach(file IN LISTS PENSTOCK_CONTRACT)
    file(SIZE "${CMAKE_CURRENT_SOURCE_DIR}/${file}" size)
    math(EXPR bytes "${bytes} + ${size}")
  endforeach()
  math(EXPR parts "1 + ${bytes} / 50000")
  if(parts GREATER 64)
    set(parts 64)
  endif()
  set(written "${generated}/${namespace}")
  set(headers
    "${written}/types.h"
    "${written}/events.h")
  set(types "")
  set(operations "")
  foreach(part RANGE 1 ${parts})
    list(APPEND types "${written}/types_${part}.cpp")
    if(NOT PENSTOCK_FUNCTION_ONLY)
      list(APPEND operations "${written}/operations_${part}.cpp")
    endif()
  endforeach()
  set(options --namespace ${namespace} --output "${generated}" --parts ${parts})
  # What the generator still holds at its end must not stop the build of a sanitizer's preset.
  set(without_leaks "")
  if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=.*address")
    set(without_leaks "${CMAKE_COMMAND}" -E env ASAN_OPTIONS=detect_leaks=0)
  endif()
  if(PENSTOCK_FUNCTION_ONLY)
    list(APPEND options --events-only)
  else()
    list(APPEND headers "${written}/operations.h")
  endif()
  # The generator leaves a file alone whose text is the same, so that its users are not compiled
  # again; the stamp says when it has run.
  add_custom_command(
    OUTPUT "${written}/cpp.stamp"
    BYPRODUCTS ${headers} ${types} ${operations} "${written}/events.cpp"
    COMMAND ${without_leaks} "${penstock_contract}" cpp "${document}" ${options}
    COMMAND "${CMAKE_COMMAND}" -E touch "${written}/cpp.stamp"
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
    DEPENDS "${contract}" "${penstock_contract}"
    VERBATIM)
  add_custom_target(${namespace}_cpp DEPENDS "${written}/cpp.stamp")
  penstock_service_generated(${namespace}_types "${types}" Penstock::typed)
  if(NOT PENSTOCK_API_ONLY)
    penstock_service_generated(${namespace}_events "${written}/events.cpp"
      ${namespace}_types Penstock::lambda)
  endif()
  if(operations)
    penstock_service_generated(${namespace}_operations "${operations}"
      ${namespace}_types Penstock::http)
  endif()
endmacro()

# Sets uses to the libraries that USES names, and finds what they are linked with.
macro(penstock_service_libraries)
  if(PENSTOCK_TABLES AND NOT EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${PENSTOCK_TABLES}")
    message(FATAL_ERROR "${CMAKE_CURRENT_SOURCE_DIR}/service.env: TABLES names ${PENSTOCK_TABLES}, "
      "which is not there.")
  endif()
  if("postgres" IN_LIST arg_USES AND NOT TARGET PkgConfig::LIBPQ)
    find_package(PkgConfig REQUIRED)
    pkg_check_modules(LIBPQ REQUIRED IMPORTED_TARGET libpq)
  endif()
  set(uses "")
  foreach(word IN LISTS arg_USES)
    if(NOT TARGET Penstock::${word})
      message(FATAL_ERROR "${CMAKE_CURRENT_SOURCE_DIR}/CMakeLists.txt: this build has no "
        "Penstock::${word}. Write its word after USES as it is, not by a variable.")
    endif()
    list(APPEND uses Penstock::${word})
  endforeach()
endmacro()

# penstock_service_generated(TARGET SOURCES LIBRARIES…)
function(penstock_service_generated target sources)
  add_library(${target} STATIC ${sources})
  add_dependencies(${target} ${namespace}_cpp)
  target_link_libraries(${target} PUBLIC ${ARGN})
  target_include_directories(${target} PUBLIC "${generated}")
  penstock_compile_service(${target})
endfunction()

# This is the API's half of penstock_service(), whose variables it uses.
function(penstock_service_api)
  configure_file("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/service/contract.h.in"
    "${generated}/${namespace}/contract.h" @ONLY)
  add_library(${namespace}_contract STATIC "${contract}")
  target_link_libraries(${namespace}_contract PUBLIC Penstock::contract)
  target_include_directories(${namespace}_contract PUBLIC "${generated}")
  penstock_compile_service(${namespace}_contract)

  penstock_service_sources(${namespace}_handlers "${arg_HANDLERS}" ${namespace}_operations
    ${uses})
  if(PENSTOCK_FUZZ)
    return()
  endif()
  set(main "${generated}/${namespace}/api_main.cpp")
  configure_file("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/service/api_main.cpp.in" "${main}" @ONLY)
  penstock_service_program(${namespace}_api_program ${PENSTOCK_API_PROGRAM} "${main}"
    ${namespace}_handlers ${namespace}_contract Penstock::api_program)
endfunction()

# This is the function's half. It needs no YAML, so the schemas of its events are compiled in.
function(penstock_service_function)
  penstock_service_sources(${namespace}_event_handlers "${arg_CONSUMER}" ${namespace}_events
    ${uses})
  if(PENSTOCK_FUZZ)
    return()
  endif()
  set(header "${generated}/${namespace}/event_schemas.h")
  configure_file("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/service/event_schemas.h.in" "${header}" @ONLY)
  penstock_service_tool(event_schemas event_schemas)
  set(schemas "${generated}/${namespace}/event_schemas.cpp")
  add_custom_command(
    OUTPUT "${schemas}"
    COMMAND ${event_schemas} "${document}" ${namespace} "${schemas}"
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
    DEPENDS "${contract}" ${event_schemas}
    VERBATIM)
  add_library(${namespace}_event_schemas STATIC "${schemas}")
  target_link_libraries(${namespace}_event_schemas PUBLIC Penstock::event_schemas_reader)
  target_include_directories(${namespace}_event_schemas PUBLIC "${generated}")
  penstock_compile_service(${namespace}_event_schemas)

  set(main "${generated}/${namespace}/function_main.cpp")
  configure_file("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/service/function_main.cpp.in" "${main}" @ONLY)
  penstock_service_program(${namespace}_function_program ${PENSTOCK_FUNCTION_PROGRAM} "${main}"
    ${namespace}_event_handlers ${namespace}_event_schemas Penstock::function_program)
endfunction()

# penstock_service_program(TARGET NAME MAIN LIBRARIES…)
function(penstock_service_program target name main)
  add_executable(${target} "${main}")
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name})
  if(both)
    target_link_libraries(${target} PRIVATE ${namespace}_both)
  endif()
  target_link_libraries(${target} PRIVATE ${ARGN})
  if(PENSTOCK_STATIC)
    target_link_libraries(${target} PRIVATE penstock_terminate)
  endif()
  penstock_compile_service(${target})
endfunction()

# penstock_service_test(NAME SOURCES sources…) defines a GoogleTest program that is linked with the
# service's handlers, consumer, contract and event schemas, and with the testers of both. Its
# PENSTOCK_SERVICE_FOLDER is the path of the service's folder.
function(penstock_service_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
    message(FATAL_ERROR "Write penstock_service_test(${name} SOURCES ${name}.cpp).")
  endif()
  if(NOT TARGET ${PENSTOCK_SERVICE}_handlers OR NOT TARGET ${PENSTOCK_SERVICE}_event_handlers OR
     PENSTOCK_STATIC OR PENSTOCK_FUZZ)
    return()
  endif()
  set(target ${PENSTOCK_SERVICE}_${name})
  set(libraries
    ${PENSTOCK_SERVICE}_handlers ${PENSTOCK_SERVICE}_event_handlers ${PENSTOCK_SERVICE}_contract
    ${PENSTOCK_SERVICE}_event_schemas Penstock::http_testing Penstock::lambda_testing)
  if(TARGET ${PENSTOCK_SERVICE}_both)
    list(APPEND libraries ${PENSTOCK_SERVICE}_both)
  endif()
  set(definitions PENSTOCK_SERVICE_FOLDER="${CMAKE_CURRENT_SOURCE_DIR}")
  if(COMMAND penstock_test)
    penstock_test(${target} LABEL unit SOURCES ${arg_SOURCES} LIBS ${libraries}
      DEFINITIONS ${definitions})
    set_property(SOURCE ${arg_SOURCES} APPEND PROPERTY COMPILE_OPTIONS -Wno-error)
    return()
  endif()
  find_package(GTest REQUIRED)
  include(GoogleTest)
  add_executable(${target} ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE ${libraries} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${target} PRIVATE ${definitions})
  gtest_discover_tests(${target} DISCOVERY_MODE PRE_TEST PROPERTIES LABELS unit TIMEOUT 60)
endfunction()
