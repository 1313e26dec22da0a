#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "contract/cpp/cpp_text.h"

namespace penstock::apps {

// Writes the files into the folder, all of them or none. It makes folders that are missing, leaves
// a file alone that has this text already, and then removes the files `stale`, which need not be
// there. Fails with `invalid` and "PATH: REASON".
[[nodiscard]] base::Result<> write_generated(const std::string& folder,
                                             const std::vector<contract::CppFile>& files,
                                             const std::vector<std::string>& stale);

}  // namespace penstock::apps
