#pragma once

#include <string>

#include "contract/openapi/contract.h"

namespace penstock::apps {

struct EmbedOptions {
  std::string file;
  std::string name_space;
  std::string output;
};

// Runs the verb `embed`: writes C++ that defines NAMESPACE::kContract, which has the document and
// all files that it refers to, packed (contract/document/packed_document.h). Beside the output,
// OUTPUT.d says to the build which files these are. All of them must be in the current folder or
// below it. What a pattern costs is not looked at. Returns the exit status: 0, or kExitFailed after
// it has printed what is wrong.
[[nodiscard]] int embed_contract(const EmbedOptions& options, contract::ContractOptions compiling);

}  // namespace penstock::apps
