#include "local/watch/watched_files.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <system_error>

namespace penstock::local {

WatchedFiles::Contents WatchedFiles::read(const std::filesystem::path& file) {
  std::error_code error;
  Contents contents;
  if (!std::filesystem::is_regular_file(file, error)) return contents;
  contents.there = true;
  contents.size = std::filesystem::file_size(file, error);
  if (error) return {};
  if (contents.size > kHashedBytesMax) {
    contents.time = std::filesystem::last_write_time(file, error);
    return contents;
  }
  std::ifstream stream(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  contents.size = bytes.size();
  contents.hash = std::hash<std::string>{}(bytes);
  return contents;
}

bool WatchedFiles::take(const std::filesystem::path& file) {
  const Contents now = read(file);
  const auto found = known_.find(file);
  if (found == known_.end()) {
    if (now.there && known_.size() < kFilesMax) known_.emplace(file, now);
    return now.there;
  }
  if (found->second == now) return false;
  if (now.there) {
    found->second = now;
  } else {
    known_.erase(found);
  }
  return true;
}

bool WatchedFiles::forget_below(const std::filesystem::path& folder) {
  return std::erase_if(known_, [&](const auto& file) {
           return file.first != folder && is_below(file.first, folder);
         }) > 0;
}

std::vector<std::filesystem::path> WatchedFiles::all() const {
  std::vector<std::filesystem::path> files;
  for (const auto& [file, contents] : known_) files.push_back(file);
  return files;
}

bool is_below(const std::filesystem::path& path, const std::filesystem::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first ==
         folder.end();
}

bool is_of_a_tool(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  if (name.starts_with('.') || name.starts_with('#') || name.ends_with('~')) return true;
  const auto kind = file.extension();
  return kind == ".swp" || kind == ".swx" || kind == ".tmp";
}

bool is_left_out(const std::filesystem::path& folder) {
  const std::string name = folder.filename().string();
  std::error_code error;
  return name.starts_with('.') || name == "build" || name == "node_modules" ||
         name == "__pycache__" || std::filesystem::exists(folder / "CMakeCache.txt", error);
}

}  // namespace penstock::local
