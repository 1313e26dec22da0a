# What a service's handlers may use besides Penstock itself. penstock_service() links it. A build of
# a static program adds the rooms that it needs before it reads the service's CMakeLists.txt.
if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  cmake_minimum_required(VERSION 3.25)
endif()
set(PENSTOCK_USES_KNOWN dynamodb postgres upstream)

# penstock_check_uses(WHERE WORD…): refuses words that no library has.
function(penstock_check_uses where)
  foreach(word IN LISTS ARGN)
    if(NOT word IN_LIST PENSTOCK_USES_KNOWN)
      list(JOIN PENSTOCK_USES_KNOWN ", " words)
      message(FATAL_ERROR "${where}: USES has '${word}', but the words are ${words}.")
    endif()
  endforeach()
endfunction()

# penstock_service_uses(FOLDER RESULT): sets RESULT to the words after USES in the call of
# penstock_service() in the folder's CMakeLists.txt. They must stand there as they are:
# penstock_service() refuses a word that comes out of a variable, in a static build.
function(penstock_service_uses folder result)
  set(${result} "" PARENT_SCOPE)
  set(file "${folder}/CMakeLists.txt")
  if(NOT EXISTS "${file}")
    return()
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  file(READ "${file}" text)
  string(REGEX REPLACE "#[^\n]*" "" text "${text}")
  if(text MATCHES "penstock_service[ \t\n]*\\(([^)]*)\\)")
    set(arguments "${CMAKE_MATCH_1}")
    string(REGEX MATCHALL "[^ \t\n\"]+" arguments "${arguments}")
    cmake_parse_arguments(found "" "" "HANDLERS;CONSUMER;USES" ${arguments})
    penstock_check_uses("${file}" ${found_USES})
    set(${result} ${found_USES} PARENT_SCOPE)
  endif()
endfunction()

# `cmake -D SERVICE=FOLDER -P service_uses.cmake` prints the words, for scripts.
if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  penstock_service_uses("${SERVICE}" words)
  list(JOIN words " " words)
  execute_process(COMMAND "${CMAKE_COMMAND}" -E echo "${words}")
endif()
