#pragma once

#include <cstddef>
#include <filesystem>

#include "aws/secret.h"
#include "base/result.h"

namespace penstock::aws {

// Returns the whole content of a file with credentials or tokens, as a secret. Fails with
// `not_found` if there is no such file, with `too_large` if it has more than `bytes_max` bytes, and
// with `unavailable` if it cannot be read. The message names the file.
[[nodiscard]] base::Result<Secret> read_file(const std::filesystem::path& file, size_t bytes_max);

}  // namespace penstock::aws
