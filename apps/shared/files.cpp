#include "apps/shared/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>

#include "processes/file_descriptor.h"
#include "processes/pipe.h"
#include "processes/system_call.h"

namespace penstock::apps {
namespace {

using base::ErrorCode;

base::Error failed(ErrorCode code, const std::string& name, const std::string& why) {
  return {.code = code, .message = name + ": " + why};
}

base::Error unreadable(const std::string& name, int error) {
  return failed(ErrorCode::not_found, name,
                "cannot be read: " + std::generic_category().message(error));
}

// Reads to the end. `patience` bounds each wait for bytes.
base::Result<std::string> read_all(int fd, const std::string& name,
                                   std::optional<std::chrono::milliseconds> patience) {
  using std::chrono::steady_clock;
  std::string text;
  std::array<char, 64 * 1024> part;
  while (true) {
    const auto deadline =
        patience ? steady_clock::now() + *patience : steady_clock::time_point::max();
    if (!processes::wait_until_readable(std::array{fd}, deadline)) {
      return failed(ErrorCode::timed_out, name, "nothing came through this pipe in time");
    }
    const ssize_t count =
        processes::uninterrupted([&] { return ::read(fd, part.data(), part.size()); });
    if (count < 0 && errno == EAGAIN) continue;
    if (count < 0) return unreadable(name, errno);
    if (count == 0) return text;
    text.append(part.data(), static_cast<size_t>(count));
    if (text.size() > kFileBytesMax) {
      return failed(ErrorCode::too_large, name,
                    "it is larger than " + std::to_string(kFileBytesMax) + " bytes");
    }
  }
}

}  // namespace

std::string problem_of_file(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (std::filesystem::is_directory(status)) return "it is a folder, not a file";
  if (std::filesystem::is_character_file(status) || std::filesystem::is_block_file(status)) {
    return "it is a device, not a file";
  }
  // What cannot be looked at may be there: who opens it has the reason.
  return status.type() == std::filesystem::file_type::not_found ? "there is no such file" : "";
}

base::Result<std::string> read_file(const std::string& path, std::chrono::milliseconds patience) {
  if (const std::string problem = problem_of_file(path); !problem.empty()) {
    return failed(ErrorCode::not_found, path, problem);
  }
  // Without O_NONBLOCK it would wait without end for the writer of a named pipe.
  const processes::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return unreadable(path, errno);
  return read_all(file.get(), path, patience);
}

base::Result<std::string> read_standard_input() {
  return read_all(STDIN_FILENO, "standard input", std::nullopt);
}

base::Result<> write_file(const std::string& path, std::string_view bytes, mode_t mode) {
  processes::FileDescriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  bool good = static_cast<bool>(file);
  while (good && !bytes.empty()) {
    const ssize_t count =
        processes::uninterrupted([&] { return ::write(file.get(), bytes.data(), bytes.size()); });
    if (count == 0) errno = EIO;
    good = count > 0;
    if (good) bytes.remove_prefix(static_cast<size_t>(count));
  }
  // Some file systems say only now that there is no space.
  if (good && ::close(file.release()) == 0) return {};
  return failed(ErrorCode::invalid, path,
                "cannot be written: " + std::generic_category().message(errno));
}

}  // namespace penstock::apps
