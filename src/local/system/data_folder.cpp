#include "local/system/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

namespace penstock::local {
namespace {

std::string first_line(int fd) {
  char text[32] = {};
  const ssize_t count = ::pread(fd, text, sizeof text - 1, 0);
  const std::string all(text, count > 0 ? static_cast<size_t>(count) : 0);
  return all.substr(0, all.find('\n'));
}

}  // namespace

base::Result<DataFolder> DataFolder::open(const std::filesystem::path& path) {
  const auto failed = [&](const std::string& why) {
    return base::Error{.code = base::ErrorCode::internal,
                       .message = "cannot use `" + path.string() + "` as the data folder: " + why};
  };
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return failed(error.message());
  processes::FileDescriptor lock(
      ::open((path / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!lock) return failed(std::strerror(errno));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return base::Error{.code = base::ErrorCode::refused,
                       .message = "the data folder `" + path.string() +
                                  "` is in use by penstock_local (pid " + first_line(lock.get()) +
                                  "). Stop it first, or name another folder with --data."};
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock.get(), 0) != 0 || ::pwrite(lock.get(), pid.data(), pid.size(), 0) < 0) {
    return failed(std::strerror(errno));
  }
  return DataFolder(std::filesystem::absolute(path), std::move(lock));
}

}  // namespace penstock::local
