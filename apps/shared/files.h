#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::apps {

// Returns the bytes of a file. Fails with `not_found`; the message is "PATH: cannot be read".
[[nodiscard]] base::Result<std::string> read_file(const std::string& path);

// Writes these bytes to a file, and replaces an existing one. Fails with `invalid`; the message is
// "PATH: cannot be written".
[[nodiscard]] base::Result<> write_file(const std::string& path, std::string_view bytes);

}  // namespace penstock::apps
