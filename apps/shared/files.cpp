#include "apps/shared/files.h"

#include <fstream>
#include <sstream>

namespace penstock::apps {

base::Result<std::string> read_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  if (stream) text << stream.rdbuf();
  if (!stream) {
    return base::Error{.code = base::ErrorCode::not_found, .message = path + ": cannot be read"};
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
