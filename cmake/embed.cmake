# Writes OUTPUT, a C++ file that defines `extern const std::string_view NAME` in namespace penstock with the bytes of
# INPUT. A raw string literal keeps it readable; its delimiter must not occur in the file.
file(READ "${INPUT}" content)
string(FIND "${content}" ")embedded\"" delimiter)
if(NOT delimiter EQUAL -1)
  message(FATAL_ERROR "${INPUT} contains )embedded\"")
endif()
file(WRITE "${OUTPUT}" "#include \"embedded_contract.h\"

namespace penstock {

const std::string_view ${NAME} = R\"embedded(${content})embedded\";

}  // namespace penstock
")
