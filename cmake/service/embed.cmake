# Writes OUTPUT, a C++ file that defines namespace::kContract with the bytes of DOCUMENT, a file in
# FOLDER, and of all files that it refers to. TOOL, penstock_contract, finds those. DEPFILE tells
# the build of them. Raw string literals keep the file readable; their delimiter must not occur in
# them.
execute_process(COMMAND "${TOOL}" files "${DOCUMENT}" WORKING_DIRECTORY "${FOLDER}"
  OUTPUT_VARIABLE files OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "The contract of ${FOLDER} cannot be built; the lines above say why.")
endif()
string(REPLACE "\n" ";" files "${files}")
set(entries "")
set(dependencies "")
foreach(name IN LISTS files)
  if(name MATCHES "^(\\.\\./|/)")
    message(FATAL_ERROR "The contract refers to ${name}, which is not in the service's folder, "
      "${FOLDER}. Put it there, because the folder is all that a package or an image is built of.")
  endif()
  file(READ "${FOLDER}/${name}" content)
  string(FIND "${content}" ")embedded\"" delimiter)
  if(NOT delimiter EQUAL -1)
    message(FATAL_ERROR "${name} contains )embedded\"")
  endif()
  string(APPEND entries "    {\"${name}\", R\"embedded(${content})embedded\"},\n")
  string(REPLACE " " "\\ " dependency "${FOLDER}/${name}")
  string(APPEND dependencies " \\\n  ${dependency}")
endforeach()
configure_file("${CMAKE_CURRENT_LIST_DIR}/contract.cpp.in" "${OUTPUT}" @ONLY)
string(REPLACE " " "\\ " target "${OUTPUT}")
file(WRITE "${DEPFILE}" "${target}:${dependencies}\n")
