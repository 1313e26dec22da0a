#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::apps {

// Says why `path` is not the name of a file: "there is no such file" or "it is a folder, not a
// file". Empty: it is one.
[[nodiscard]] std::string problem_of_file(const std::string& path);

// Reads the bytes of a file. Error: not_found, "PATH: there is no such file", "PATH: it is a
// folder, not a file" or "PATH: cannot be read: REASON".
[[nodiscard]] base::Result<std::string> read_file(const std::string& path);

// Makes a file of these bytes, in place of one that is there. Error: invalid, "PATH: cannot be
// written".
[[nodiscard]] base::Result<> write_file(const std::string& path, std::string_view bytes);

}  // namespace penstock::apps
