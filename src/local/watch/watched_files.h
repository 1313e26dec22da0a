#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <vector>

namespace penstock::local {

// Remembers what the files of a folder contain, as far as that shows whether they have changed.
class WatchedFiles {
 public:
  // More files than this are not remembered; each change of such a file counts.
  static constexpr size_t kFilesMax = 10'000;
  // Of larger files only size and time are compared.
  static constexpr uintmax_t kHashedBytesMax = 512 * 1024;

  // Reads a file again, and says whether it differs from what was known. A file that is not there
  // differs if it was.
  bool take(const std::filesystem::path& file);
  // Forgets what was in a folder that is gone, and says whether that was anything.
  bool forget_below(const std::filesystem::path& folder);
  // Returns the files that are known.
  [[nodiscard]] std::vector<std::filesystem::path> all() const;

 private:
  struct Contents {
    bool there = false;
    uintmax_t size = 0;
    std::filesystem::file_time_type time = {};  // Only of files that have no hash.
    size_t hash = 0;
    bool operator==(const Contents&) const = default;
  };
  [[nodiscard]] static Contents read(const std::filesystem::path& file);

  std::map<std::filesystem::path, Contents> known_;
};

// Says whether `path` is `folder` or lies in it.
[[nodiscard]] bool is_below(const std::filesystem::path& path, const std::filesystem::path& folder);
// Says whether a file is one that editors and tools make for themselves, such as ".x.swp" or "x~".
[[nodiscard]] bool is_of_a_tool(const std::filesystem::path& file);
// Says whether a folder has nothing that someone writes by hand: hidden ones, "build", those of
// CMake's builds, "node_modules".
[[nodiscard]] bool is_left_out(const std::filesystem::path& folder);

}  // namespace penstock::local
