#pragma once

#include <vector>

#include "contract/contract.h"
#include "contract/source.h"

namespace penstock::contract {

// Compiles the document's paths; problems go to `source`.
[[nodiscard]] std::vector<Path> compile_paths(Source& source);

}  // namespace penstock::contract
