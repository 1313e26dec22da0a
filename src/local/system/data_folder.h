#pragma once

#include <filesystem>

#include "base/result.h"
#include "local/processes/file_descriptor.h"

namespace penstock::local {

// The folder that keeps what lives longer than one run. One program at a time uses it; the lock goes with the
// process, however that ends.
class DataFolder {
 public:
  // Makes the folder if it is missing. The error of a second user names the first one's process.
  [[nodiscard]] static base::Result<DataFolder> open(const std::filesystem::path& path);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  DataFolder(std::filesystem::path path, FileDescriptor lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}

  std::filesystem::path path_;
  FileDescriptor lock_;
};

}  // namespace penstock::local
