#pragma once

#include <cstdint>
#include <string>

#include "contract/openapi/contract.h"

namespace penstock::apps {

struct CppOptions {
  std::string file;
  std::string name_space;
  std::string output;
  uint16_t parts = 1;
  bool events_only = false;
  bool skeleton = false;
};

// Runs the verb `cpp`: writes the contract as C++ into files of the folder `output`, which is made
// if it is missing. A file is written only if its text is another one, and those of an earlier run
// that no longer belong to it are removed. If anything fails, no file has changed. With `skeleton`
// it writes the files with which an author begins, none of which may be there. With `files` it
// writes nothing, and prints the absolute names of the contract's files, the document first.
// Returns the exit status: 0, or kExitFailed after it has printed what is wrong.
[[nodiscard]] int write_cpp(const CppOptions& options, const contract::ContractOptions& compiling);

}  // namespace penstock::apps
