#pragma once

#include <filesystem>

#include "base/result.h"
#include "local/processes/file_descriptor.h"

namespace penstock::local {

// The folder that keeps what lives longer than one run of the system. One program at a time uses
// it: it holds a lock on the folder, which goes with its process, however that ends.
class DataFolder {
 public:
  // Takes the folder, and makes it if it is missing. The error is `refused` if another program uses
  // it, and names that one's process; otherwise it is `internal`.
  [[nodiscard]] static base::Result<DataFolder> open(const std::filesystem::path& path);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  DataFolder(std::filesystem::path path, FileDescriptor lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}

  std::filesystem::path path_;
  FileDescriptor lock_;
};

}  // namespace penstock::local
