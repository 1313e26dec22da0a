#include "aws/credentials/read_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "processes/system_call.h"

namespace penstock::aws {

using base::Error;
using base::ErrorCode;

base::Result<Secret> read_file(const std::filesystem::path& file, size_t bytes_max) {
  const auto fail = [&](ErrorCode code, const std::string& why) {
    return Error{.code = code, .message = file.string() + ": " + why};
  };
  // Without O_NONBLOCK it would wait forever for the writer of a named pipe.
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    const bool absent = errno == ENOENT || errno == ENOTDIR;
    return fail(absent ? ErrorCode::not_found : ErrorCode::unavailable,
                absent ? "there is no such file" : std::strerror(errno));
  }
  base::WipedText text;
  std::array<char, 4096> part{};
  ssize_t count = 0;
  while (text.size() <= bytes_max && (count = processes::uninterrupted([&] {
                                        return ::read(fd, part.data(), part.size());
                                      })) > 0) {
    text.append(part.data(), static_cast<size_t>(count));
  }
  const int error = errno;
  ::close(fd);
  base::wipe(part.data(), part.size());
  if (count < 0) return fail(ErrorCode::unavailable, std::strerror(error));
  if (text.size() > bytes_max) {
    return fail(ErrorCode::too_large, "is larger than " + std::to_string(bytes_max) + " bytes");
  }
  return Secret(std::move(text));
}

}  // namespace penstock::aws
