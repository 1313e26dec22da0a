#pragma once

#include <string>

#include "base/result.h"
#include "contract/document/sources.h"

namespace penstock::contract {

// Returns the contract as one OpenAPI document in JSON that refers to no other file. What other
// files have goes to `components`, under its own name if that is free; path items, for which
// OpenAPI 3.0 has no place there, are put where they are referred to. Everything else stays as it
// is written. `root` is the document of `sources`, which compiled without problems. Fails with
// `invalid` if the document would have more than a million values, because aliases or references
// repeat them.
[[nodiscard]] base::Result<std::string> bundled(const Node& root, Sources& sources);

}  // namespace penstock::contract
