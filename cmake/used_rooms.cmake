# A static program is built with the rooms alone that its service uses. PENSTOCK_USES has the words
# of the service's USES, PENSTOCK_USED_ROOMS the folders in src/ that come on top for them, 
# PENSTOCK_FUNCTION_TLS says whether the function speaks TLS and resolves names, and
# PENSTOCK_USES_AWS whether it calls services of AWS.
include(service_uses)
set(PENSTOCK_USES "")
set(PENSTOCK_USED_ROOMS "")
set(PENSTOCK_FUNCTION_TLS OFF)
set(PENSTOCK_USES_AWS OFF)
if(PENSTOCK_STATIC)
  penstock_service_uses("${PENSTOCK_SERVICE_DIR}" PENSTOCK_USES)
  if(PENSTOCK_USES)
    set(PENSTOCK_FUNCTION_TLS ON)
  endif()
  # The URL of a database may be a secret that AWS keeps.
  if("dynamodb" IN_LIST PENSTOCK_USES OR "postgres" IN_LIST PENSTOCK_USES)
    set(PENSTOCK_USES_AWS ON)
  endif()
  if("upstream" IN_LIST PENSTOCK_USES OR PENSTOCK_USES_AWS)
    list(APPEND PENSTOCK_USED_ROOMS upstream)
  endif()
  if(PENSTOCK_USES_AWS)
    if(PENSTOCK_FUNCTION_ONLY)  # The API has them anyway.
      list(APPEND PENSTOCK_USED_ROOMS processes aws)
    endif()
    list(APPEND PENSTOCK_USED_ROOMS aws/json)
  endif()
  if("dynamodb" IN_LIST PENSTOCK_USES)
    list(APPEND PENSTOCK_USED_ROOMS dynamodb)
  endif()
  if("postgres" IN_LIST PENSTOCK_USES)
    list(APPEND PENSTOCK_USED_ROOMS postgres)
  endif()
endif()
