# Reads hello/service.env. SERVICE, API_PROGRAM, FUNCTION_PROGRAM, VARIABLE_PREFIX, CONTRACT and
# EXAMPLES become variables with the prefix PENSTOCK_, and so does HEALTHCHECK, which may be missing.
set(PENSTOCK_SERVICE_DIR "${PROJECT_SOURCE_DIR}/hello")
set(service_env "${PENSTOCK_SERVICE_DIR}/service.env")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${service_env}")
file(STRINGS "${service_env}" service_lines REGEX "^[A-Z_]+=")  # No value has a semicolon.
set(PENSTOCK_HEALTHCHECK /healthcheck)
foreach(line IN LISTS service_lines)
  string(REGEX MATCH "^([A-Z_]+)='?([^']*)'?$" _ "${line}")
  set("PENSTOCK_${CMAKE_MATCH_1}" "${CMAKE_MATCH_2}")
endforeach()
foreach(name SERVICE API_PROGRAM FUNCTION_PROGRAM VARIABLE_PREFIX CONTRACT EXAMPLES)
  if(NOT PENSTOCK_${name})
    message(FATAL_ERROR "hello/service.env does not say ${name}=…")
  endif()
endforeach()
if(NOT PENSTOCK_HEALTHCHECK MATCHES "^/[A-Za-z0-9._~/-]*$")
  message(FATAL_ERROR "hello/service.env: HEALTHCHECK must be a path of letters, digits, '.', '_', "
    "'~', '-' and '/', not '${PENSTOCK_HEALTHCHECK}'")
endif()
