#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::apps {

// The bytes of a file. Error: not_found, "PATH: cannot be read".
[[nodiscard]] base::Result<std::string> read_file(const std::string& path);

// Makes a file of these bytes, in place of one that is there. Error: invalid, "PATH: cannot be
// written".
[[nodiscard]] base::Result<> write_file(const std::string& path, std::string_view bytes);

}  // namespace penstock::apps
