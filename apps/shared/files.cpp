#include "apps/shared/files.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

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

// Closes a descriptor at the end of its scope.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  const int fd_;
};

// Reads to the end. `patience_ms` bounds each wait for bytes; -1 is for no bound.
base::Result<std::string> read_all(int fd, const std::string& name, int patience_ms) {
  std::string text;
  std::array<char, 64 * 1024> part;
  while (true) {
    pollfd entry{.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&entry, 1, patience_ms);
    if (ready == 0) {
      return failed(ErrorCode::timed_out, name, "nothing came through this pipe in time");
    }
    const ssize_t count = ready < 0 ? -1 : ::read(fd, part.data(), part.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
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
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return unreadable(path, errno);
  return read_all(file.get(), path, static_cast<int>(patience.count()));
}

base::Result<std::string> read_standard_input() {
  return read_all(STDIN_FILENO, "standard input", -1);
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
