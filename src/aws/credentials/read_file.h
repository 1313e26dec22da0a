#pragma once

#include <filesystem>

#include "aws/secret.h"
#include "base/result.h"

namespace penstock::aws {

// A file's bytes, as a secret: they are credentials or tokens. Errors: not_found, too_large,
// unavailable (cannot be read).
[[nodiscard]] base::Result<Secret> read_file(const std::filesystem::path& file, size_t bytes_max);

}  // namespace penstock::aws
