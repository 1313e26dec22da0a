#pragma once

#include <unistd.h>

#include <utility>

namespace penstock::processes {

// Owns a file descriptor and closes it. It can be empty.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  // Takes ownership of `fd`, or is empty if that is -1.
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  ~FileDescriptor() { reset(); }

  // Returns the descriptor, which stays owned, or -1.
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] explicit operator bool() const { return fd_ >= 0; }
  // Gives the descriptor, or -1, to the caller.
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  // Closes the descriptor and takes ownership of another one.
  void reset(int fd = -1) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
  }

 private:
  int fd_ = -1;
};

}  // namespace penstock::processes
