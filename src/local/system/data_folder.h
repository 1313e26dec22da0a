#pragma once

#include <filesystem>

#include "base/result.h"
#include "processes/file_descriptor.h"

namespace penstock::local {

// Owns the folder for everything that outlives a run of the system. One program at a time uses
// it and holds a lock on it. The kernel releases the lock when the process ends, in whatever way.
class DataFolder {
 public:
  // Locks the folder, and makes it first if it is missing. The error is `refused` if another
  // program uses the folder, and names its process. Otherwise it is `internal`.
  [[nodiscard]] static base::Result<DataFolder> open(const std::filesystem::path& path);

  // Returns the absolute path.
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  DataFolder(std::filesystem::path path, processes::FileDescriptor lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}

  std::filesystem::path path_;
  processes::FileDescriptor lock_;
};

}  // namespace penstock::local
