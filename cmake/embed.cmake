# Writes OUTPUT, a C++ file that defines kEmbeddedContract with the bytes of FILES, a list of names
# in FOLDER. Raw string literals keep it readable; their delimiter must not occur in the files.
set(entries "")
foreach(name IN LISTS FILES)
  file(READ "${FOLDER}/${name}" content)
  string(FIND "${content}" ")embedded\"" delimiter)
  if(NOT delimiter EQUAL -1)
    message(FATAL_ERROR "${name} contains )embedded\"")
  endif()
  string(APPEND entries "    {\"${name}\", R\"embedded(${content})embedded\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "#include \"embedded_contract.h\"

namespace penstock {
namespace {

const contract::ContractFile kFiles[] = {
${entries}};

}  // namespace

const std::span<const contract::ContractFile> kEmbeddedContract = kFiles;

}  // namespace penstock
")
