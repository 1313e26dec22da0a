#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock::apps {

// Holds what service.env says of a service. CMake, the front door and the deployment read the same
// file.
struct ServiceEnv {
  std::filesystem::path folder;  // The absolute path of the service's folder.
  std::string service;
  std::string api_program;
  std::string function_program;
  std::string variable_prefix;
  std::vector<std::string> contract;  // Names of files in the folder, the document first.
  std::vector<std::string> examples;  // Paths with their queries.
  std::string healthcheck = "/healthcheck";
  std::string tables;    // The path of the tables' declaration in the folder, or empty.
  std::string database;  // The name of the service's database in PostgreSQL, or empty.
};

// Reads the text of a service.env: lines NAME=value, NAME='value' or NAME="value" (without $, ` and
// \ in double quotes), comments with # and blank lines. Leaves `folder` empty. Fails with
// `invalid`; the message is "FILE:LINE: " and what to write, or "FILE does not say NAME=…".
[[nodiscard]] base::Result<ServiceEnv> parse_service_env(std::string_view text,
                                                         const std::string& file);

// Reads service.env in this folder. Fails with `not_found` if there is none, and else as
// parse_service_env() does.
[[nodiscard]] base::Result<ServiceEnv> read_service_env(const std::filesystem::path& folder);

// Returns the folder of the service to run: `option` if it is not empty, else the variable
// PENSTOCK_SERVICE, else the current folder if it has a service.env. It is empty if there is none.
[[nodiscard]] std::filesystem::path service_folder(const std::string& option);

}  // namespace penstock::apps
