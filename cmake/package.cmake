# What others link has the same names within this build and in the installed package: a service says
# find_package(Penstock) and Penstock::http in both.

# penstock_name_libraries() gives the libraries and programs of this build those names.
function(penstock_name_libraries)
  penstock_package_targets(targets)
  foreach(target IN LISTS targets)
    get_target_property(name ${target} EXPORT_NAME)
    get_target_property(type ${target} TYPE)
    if(type STREQUAL "EXECUTABLE")
      add_executable(Penstock::${name} ALIAS ${target})
    else()
      add_library(Penstock::${name} ALIAS ${target})
    endif()
  endforeach()
endfunction()

# penstock_package_targets(RESULT) sets RESULT to the targets of the package: those that others
# link, all that these are linked with, and the programs.
function(penstock_package_targets result)
  set(found "")
  set(open
    penstock_api_program
    penstock_aws
    penstock_aws_json
    penstock_compare
    penstock_contract
    penstock_contract_events
    penstock_contract_program
    penstock_dynamodb
    penstock_event_schemas
    penstock_examples
    penstock_function_program
    penstock_http
    penstock_http_testing
    penstock_kafka
    penstock_kafka_transactions
    penstock_lambda
    penstock_lambda_testing
    penstock_local
    penstock_postgres
    penstock_resources
    penstock_schema_document
    penstock_typed
    penstock_upstream
    event_schemas)
  while(open)
    list(POP_FRONT open target)
    string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" target "${target}")
    if(NOT TARGET ${target} OR target IN_LIST found)
      continue()
    endif()
    get_target_property(imported ${target} IMPORTED)
    get_target_property(alias ${target} ALIASED_TARGET)
    if(imported OR alias)
      continue()
    endif()
    list(APPEND found ${target})
    get_target_property(type ${target} TYPE)
    if(NOT type STREQUAL "EXECUTABLE")
      get_target_property(libraries ${target} INTERFACE_LINK_LIBRARIES)
      if(libraries)
        list(APPEND open ${libraries})
      endif()
    endif()
    # penstock_http is Penstock::http. The programs keep their names, which libraries have, too.
    string(REGEX REPLACE "^penstock_" "" name ${target})
    if(type STREQUAL "EXECUTABLE")
      get_target_property(name ${target} OUTPUT_NAME)
      if(NOT name)
        set(name ${target})
      endif()
    elseif(target STREQUAL "penstock_event_schemas")
      set(name event_schemas_reader)
    endif()
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  endwhile()
  set(${result} ${found} PARENT_SCOPE)
endfunction()

include(CMakePackageConfigHelpers)
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)

# A service of this build says find_package(Penstock), which finds this build.
file(WRITE "${CMAKE_FIND_PACKAGE_REDIRECTS_DIR}/penstock-config.cmake" "")
write_basic_package_version_file(
  "${CMAKE_FIND_PACKAGE_REDIRECTS_DIR}/penstock-config-version.cmake"
  VERSION ${PROJECT_VERSION} COMPATIBILITY AnyNewerVersion)

# penstock_install() says what `cmake --install` puts into a prefix, which may be moved afterwards.
# The target penstock_installable builds it. A build with a sanitizer is not for others.
function(penstock_install)
  if(PENSTOCK_SANITIZED)
    return()
  endif()
  include(GNUInstallDirs)
  set(package "${CMAKE_INSTALL_LIBDIR}/cmake/Penstock")
  penstock_package_targets(targets)
  install(TARGETS ${targets} EXPORT Penstock
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}/penstock"
    RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
  install(EXPORT Penstock NAMESPACE Penstock:: FILE PenstockTargets.cmake
    DESTINATION "${package}")
  add_custom_target(penstock_installable DEPENDS ${targets})

  # "http/handler.h" is in include/penstock. The local system has no library for others.
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/src/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/penstock"
    FILES_MATCHING PATTERN "*.h" PATTERN local EXCLUDE)
  foreach(header api/api_service.h consumer/function_service.h)
    cmake_path(GET header PARENT_PATH folder)
    install(FILES "${PROJECT_SOURCE_DIR}/apps/${header}"
      DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/penstock/apps/${folder}")
  endforeach()

  configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/PenstockConfig.cmake.in"
    "${PROJECT_BINARY_DIR}/package/PenstockConfig.cmake" INSTALL_DESTINATION "${package}")
  # A newer version takes a team's folder as it is (tests/services).
  write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/PenstockConfigVersion.cmake"
    VERSION ${PROJECT_VERSION} COMPATIBILITY AnyNewerVersion)
  install(
    FILES
      "${PROJECT_BINARY_DIR}/package/PenstockConfig.cmake"
      "${PROJECT_BINARY_DIR}/package/PenstockConfigVersion.cmake"
      "${PROJECT_SOURCE_DIR}/cmake/penstock_service.cmake"
      "${PROJECT_SOURCE_DIR}/cmake/re2.cmake"
      "${PROJECT_SOURCE_DIR}/cmake/service_env.cmake"
      "${PROJECT_SOURCE_DIR}/cmake/service_uses.cmake"
    DESTINATION "${package}")
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/cmake/service" DESTINATION "${package}")
  install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
endfunction()
