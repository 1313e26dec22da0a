#pragma once

#include <sys/stat.h>

#include <filesystem>

namespace penstock::local {

// Identifies the contents of a program's file: a linker writes a new file each time.
struct FileIdentity {
  dev_t device = 0;
  ino_t number = 0;
  off_t size = 0;
  timespec changed = {};

  // Returns that of the file as it is now. All files that are not there have the same.
  [[nodiscard]] static FileIdentity of(const std::filesystem::path& file) {
    struct stat status{};
    if (::stat(file.c_str(), &status) != 0) return {};
    return {status.st_dev, status.st_ino, status.st_size, status.st_mtim};
  }
  bool operator==(const FileIdentity& other) const {
    return device == other.device && number == other.number && size == other.size &&
           changed.tv_sec == other.changed.tv_sec && changed.tv_nsec == other.changed.tv_nsec;
  }
};

}  // namespace penstock::local
