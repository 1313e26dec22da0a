#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::apps {

// Says why `path` is not the name of a file: "there is no such file" or "it is a folder, not a
// file". The answer is empty if it is a file.
[[nodiscard]] std::string problem_of_file(const std::string& path);

// Returns the bytes of a file. Fails with `not_found`; the message is "PATH: there is no such
// file", "PATH: it is a folder, not a file" or "PATH: cannot be read: REASON".
[[nodiscard]] base::Result<std::string> read_file(const std::string& path);

// Writes these bytes to a file, and replaces an existing one. Fails with `invalid`; the message is
// "PATH: cannot be written".
[[nodiscard]] base::Result<> write_file(const std::string& path, std::string_view bytes);

}  // namespace penstock::apps
