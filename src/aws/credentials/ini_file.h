#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::aws {

inline constexpr size_t kIniBytesMax = 1 << 20;

// A section's settings; names in lower case.
using IniSection = std::map<std::string, std::string, std::less<>>;

// The text of AWS's `config` and `credentials` files (AWS SDKs reference guide, "Shared config and
// credentials files"): sections in brackets, `name = value`, comments by # or ;. Indented lines
// belong to a nested setting, which nothing here reads. A section or a name that comes again adds
// to, or replaces, what was there.
struct IniFile {
  std::map<std::string, IniSection, std::less<>> sections;

  // The error names the file and the line, and repeats nothing of it: it may be a secret on a wrong
  // line.
  [[nodiscard]] static base::Result<IniFile> parse(std::string_view text, const std::string& file);
  // A file that is not there is an empty one.
  [[nodiscard]] static base::Result<IniFile> read(const std::filesystem::path& file);
};

}  // namespace penstock::aws
