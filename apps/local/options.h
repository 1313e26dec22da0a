#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "service_names.h"

namespace penstock::apps {

// Our programs lie in one folder.
[[nodiscard]] inline std::filesystem::path beside_us(std::string_view program) {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / program;
}

// What events name as their source.
[[nodiscard]] inline std::string local_cluster_arn() {
  return "arn:aws:kafka:us-east-1:000000000000:cluster/" + std::string(kServiceName) + "/local";
}

// A file's bytes. Error: not_found.
[[nodiscard]] inline base::Result<std::string> read_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  if (stream) text << stream.rdbuf();
  if (!stream) return base::Error{base::ErrorCode::not_found, path + ": cannot be read"};
  return text.str();
}

// "NAME=VALUE" each. Error: invalid.
[[nodiscard]] inline base::Result<std::vector<std::pair<std::string, std::string>>> pairs_of(
    const std::vector<std::string>& texts) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return base::Error{base::ErrorCode::invalid, "'" + text + "' is not NAME=VALUE"};
    }
    pairs.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return pairs;
}

}  // namespace penstock::apps
