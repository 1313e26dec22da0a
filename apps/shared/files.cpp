#include "apps/shared/files.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

namespace penstock::apps {

std::string problem_of_file(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (std::filesystem::is_directory(status)) return "it is a folder, not a file";
  // What cannot be looked at may be there: who opens it has the reason.
  return status.type() == std::filesystem::file_type::not_found ? "there is no such file" : "";
}

base::Result<std::string> read_file(const std::string& path) {
  if (const std::string problem = problem_of_file(path); !problem.empty()) {
    return base::Error{.code = base::ErrorCode::not_found, .message = path + ": " + problem};
  }
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  if (stream) text << stream.rdbuf();
  if (!stream) {
    return base::Error{.code = base::ErrorCode::not_found,
                       .message = path + ": cannot be read: " +
                                  std::generic_category().message(errno == 0 ? EIO : errno)};
  }
  return text.str();
}

base::Result<> write_file(const std::string& path, std::string_view bytes) {
  std::ofstream stream(path, std::ios::binary | std::ios::trunc);
  stream << bytes;
  stream.close();
  if (!stream) {
    return base::Error{.code = base::ErrorCode::invalid, .message = path + ": cannot be written"};
  }
  return {};
}

}  // namespace penstock::apps
