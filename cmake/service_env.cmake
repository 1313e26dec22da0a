# penstock_read_service_env(FILE): reads a service's names. Each becomes a variable of the caller
# with the prefix PENSTOCK_: PENSTOCK_SERVICE, PENSTOCK_API_PROGRAM, PENSTOCK_FUNCTION_PROGRAM,
# PENSTOCK_VARIABLE_PREFIX, PENSTOCK_CONTRACT (a list of files), PENSTOCK_EXAMPLES,
# PENSTOCK_HEALTHCHECK, and PENSTOCK_TABLES and PENSTOCK_DATABASE, which are empty without. The
# shell, Python and C++ read the same grammar: NAME=value, NAME='value' or NAME="value", where
# double quotes hold no $, ` and \; comments with # and blank lines.
function(penstock_read_service_env file)
  if(NOT EXISTS "${file}")
    message(FATAL_ERROR "${file} is not there. It gives the service its names, each as a line such "
      "as SERVICE=orders.")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  set(known SERVICE API_PROGRAM FUNCTION_PROGRAM VARIABLE_PREFIX CONTRACT EXAMPLES HEALTHCHECK
    TABLES DATABASE)
  set(HEALTHCHECK /healthcheck)
  set(TABLES "")
  set(DATABASE "")
  file(READ "${file}" text)
  # These characters have a meaning in a list of CMake. Only comments and EXAMPLES may have them.
  string(ASCII 1 semicolon)
  string(ASCII 2 mark)
  string(REPLACE ";" "${semicolon}" text "${text}")
  string(REGEX REPLACE "[][\\]" "${mark}" text "${text}")
  string(REPLACE "\n" ";" lines "${text}")
  set(number 0)
  set(seen "")
  foreach(line IN LISTS lines)
    math(EXPR number "${number} + 1")
    if(line MATCHES "^(#.*|[ \t]*)$")
      continue()
    endif()
    if(NOT line MATCHES "^([A-Z_][A-Z0-9_]*)=([A-Za-z0-9_./:=,@%+-]*|'([^']*)'|\"([^\"$`]*)\")$")
      message(FATAL_ERROR
        "${file}:${number}: the line is neither a comment nor NAME=value: ${line}\n"
        "Write NAME='value' if the value has spaces or other signs, with nothing behind it.")
    endif()
    set(name "${CMAKE_MATCH_1}")
    set(value "${CMAKE_MATCH_2}")
    set(quoted "${CMAKE_MATCH_3}${CMAKE_MATCH_4}")
    if(value MATCHES "^['\"]")
      set(value "${quoted}")
    endif()
    if(value MATCHES "${semicolon}")
      message(FATAL_ERROR "${file}:${number}: the value of ${name} has a ';', which no value may "
        "have. A query writes it as %3B.")
    endif()
    if(NOT name IN_LIST known)
      list(JOIN known ", " names)
      message(FATAL_ERROR "${file}:${number}: ${name} is no name of a service. They are ${names}.")
    endif()
    if(name IN_LIST seen)
      message(FATAL_ERROR "${file}:${number}: ${name} is set a second time. Take one of them out.")
    endif()
    list(APPEND seen ${name})
    penstock_check_service_value("${file}:${number}" ${name} "${value}")
    set(${name} "${value}")
  endforeach()
  set(required ${known})
  list(REMOVE_ITEM required EXAMPLES HEALTHCHECK TABLES DATABASE)
  foreach(name IN LISTS required)
    if(NOT name IN_LIST seen)
      message(FATAL_ERROR "${file} does not say ${name}=…; add that line.")
    endif()
  endforeach()
  string(REGEX MATCHALL "[^ \t]+" CONTRACT "${CONTRACT}")
  foreach(name IN LISTS known)
    set(PENSTOCK_${name} "${${name}}" PARENT_SCOPE)
  endforeach()
endfunction()

# penstock_check_service_value(WHERE NAME VALUE): refuses a value that would break a build later.
function(penstock_check_service_value where name value)
  if(name MATCHES "^(SERVICE|API_PROGRAM|FUNCTION_PROGRAM)$")
    set(rule "^[a-z][a-z0-9_]*$")
    set(meaning "small letters, digits and _, and begins with a letter")
  elseif(name STREQUAL "VARIABLE_PREFIX")
    set(rule "^[A-Z][A-Z0-9_]*_$")
    set(meaning "capital letters, digits and _, and begins with a letter and ends with _")
  elseif(name STREQUAL "CONTRACT")
    string(ASCII 2 mark)
    set(rule "^[^ \t\"/${mark}][^\"${mark}]*$")
    set(meaning "the names of files in the service's folder, the OpenAPI document first")
  elseif(name STREQUAL "HEALTHCHECK")
    set(rule "^/[A-Za-z0-9_.~%/-]*$")
    set(meaning "a path, which begins with /")
  elseif(name STREQUAL "TABLES")
    set(rule "^[A-Za-z0-9_.@+-][A-Za-z0-9_./@+-]*$")
    set(meaning "the name of one JSON file in the service's folder")
  elseif(name STREQUAL "DATABASE")
    set(rule "^[a-z][a-z0-9_]*$")
    set(meaning "small letters, digits and _, 63 at the most, and begins with a letter")
  else()
    return()
  endif()
  # A pattern of CMake counts no characters. PostgreSQL's names have 63 at the most.
  string(LENGTH "${value}" length)
  if(NOT value MATCHES "${rule}" OR (name STREQUAL "TABLES" AND "/${value}/" MATCHES "/\\.\\./") OR
     (name STREQUAL "DATABASE" AND length GREATER 63))
    message(FATAL_ERROR "${where}: ${name} is '${value}', but it consists of ${meaning}.")
  endif()
  # The name of the service is a namespace of C++.
  set(words alignas alignof and asm auto bool break case catch char class concept const constexpr
    continue default delete do double else enum explicit export extern false float for friend goto
    if inline int long mutable namespace new not nullptr operator or private protected public
    register requires return short signed sizeof static struct switch template this throw true try
    typedef typeid typename union unsigned using virtual void volatile wchar_t while xor
    boost penstock std testing)
  if(name STREQUAL "SERVICE" AND value IN_LIST words)
    message(FATAL_ERROR "${where}: SERVICE is '${value}', which C++ or a library uses itself. The "
      "code of the service is in a namespace of that name; choose another one.")
  endif()
endfunction()
