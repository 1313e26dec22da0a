# Everything comes from the distribution's packages; `./penstock doctor` names them.
find_package(Threads REQUIRED)
if(POLICY CMP0167)
  cmake_policy(SET CMP0167 NEW)  # Boost's own configuration finds it.
endif()
set(Boost_USE_STATIC_LIBS ON)

# penstock_find_static_libpq() defines PkgConfig::LIBPQ. The distribution's archive needs Kerberos,
# too, so that container/build_libpq.sh makes another one (docs/adr/0037).
function(penstock_find_static_libpq)
  if(NOT EXISTS "${PENSTOCK_LIBPQ}/lib/libpq.a")
    message(FATAL_ERROR
      "PENSTOCK_LIBPQ names no folder with a static libpq. container/build_libpq.sh makes one.")
  endif()
  add_library(PkgConfig::LIBPQ STATIC IMPORTED GLOBAL)
  set_target_properties(PkgConfig::LIBPQ PROPERTIES
    IMPORTED_LOCATION "${PENSTOCK_LIBPQ}/lib/libpq.a"
    INTERFACE_INCLUDE_DIRECTORIES "${PENSTOCK_LIBPQ}/include"
    INTERFACE_LINK_LIBRARIES "${PENSTOCK_LIBPQ}/lib/libpgcommon_shlib.a;\
${PENSTOCK_LIBPQ}/lib/libpgport_shlib.a;OpenSSL::SSL;OpenSSL::Crypto")
endfunction()

if(PENSTOCK_STATIC)
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
  set(OPENSSL_USE_STATIC_LIBS ON)
  find_package(Boost 1.81 REQUIRED)  # The headers alone; src/asio compiles JSON.
  # src/asio compiles Boost.URL for the function. Since Boost 1.83 that is no longer possible.
  if(PENSTOCK_API_ONLY OR Boost_VERSION VERSION_GREATER_EQUAL 1.83)
    find_package(Boost 1.81 REQUIRED COMPONENTS url)
  endif()
  find_package(PkgConfig REQUIRED)
  include(re2)
  if(PENSTOCK_FUNCTION_ONLY)
    if(PENSTOCK_FUNCTION_TLS)
      find_package(OpenSSL 3.0 REQUIRED)
    endif()
    if(PENSTOCK_USES_AWS)
      find_package(pugixml REQUIRED)
    endif()
    if("postgres" IN_LIST PENSTOCK_USES)
      penstock_find_static_libpq()
    endif()
    return()
  endif()
  find_package(CLI11 REQUIRED)
  find_package(OpenSSL 3.0 REQUIRED)
  find_package(ZLIB REQUIRED)
  find_package(pugixml REQUIRED)
  pkg_check_modules(YAML_CPP REQUIRED IMPORTED_TARGET yaml-cpp)
  # The distribution's archive needs SASL and Kerberos, of which there are no archives.
  pkg_check_modules(RDKAFKA_NEEDS REQUIRED IMPORTED_TARGET libzstd zlib)
  add_library(PkgConfig::RDKAFKA STATIC IMPORTED)
  set_target_properties(PkgConfig::RDKAFKA PROPERTIES
    IMPORTED_LOCATION "${PENSTOCK_RDKAFKA}/lib/librdkafka.a"
    INTERFACE_INCLUDE_DIRECTORIES "${PENSTOCK_RDKAFKA}/include"
    INTERFACE_LINK_LIBRARIES "OpenSSL::SSL;OpenSSL::Crypto;PkgConfig::RDKAFKA_NEEDS")
  if("postgres" IN_LIST PENSTOCK_USES)
    penstock_find_static_libpq()
  endif()
  return()
endif()
find_package(Boost 1.81 REQUIRED COMPONENTS json url container)
find_package(OpenSSL 3.0 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(pugixml REQUIRED)
if(NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(RDKAFKA REQUIRED IMPORTED_TARGET rdkafka)
pkg_check_modules(LIBPQ REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(YAML_CPP REQUIRED IMPORTED_TARGET yaml-cpp)
include(re2)
find_package(GTest REQUIRED)
