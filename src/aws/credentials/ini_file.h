#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "aws/secret.h"
#include "base/result.h"

namespace penstock::aws {

// A file with more bytes is refused.
inline constexpr size_t kIniBytesMax = 1 << 20;

// This holds the values of a section by name. Names are in lower case. Values may be secrets.
using IniSection = std::map<std::string, Secret, std::less<>>;

// Holds the content of AWS's `config` and `credentials` files (AWS SDKs reference guide, "Shared
// config and credentials files"): sections in brackets, lines `name = value`, and comments, which
// begin with # or ; at the start of a line or behind a blank. Indented lines belong to nested
// values and are ignored. A section that occurs again adds to the first one; a name that occurs
// again replaces the first value.
struct IniFile {
  // The sections by what is in their brackets, such as "profile dev", without quotation marks.
  std::map<std::string, IniSection, std::less<>> sections;

  // Reads a text; `file` is its name for errors. Fails with `invalid` at the first wrong line, or
  // with `too_large`. The message names the file and the line's number but does not repeat the
  // line, because it may contain a secret.
  [[nodiscard]] static base::Result<IniFile> parse(std::string_view text, const std::string& file);
  // Reads a file. A missing file counts as empty. Fails as parse() does, and with `unavailable` if
  // the file cannot be read.
  [[nodiscard]] static base::Result<IniFile> read(const std::filesystem::path& file);
};

}  // namespace penstock::aws
