#include "local/console/operations/test_events.h"

#include <algorithm>
#include <fstream>
#include <system_error>

#include "base/printable_text.h"
#include "base/utf8.h"

namespace penstock::local {
namespace {

constexpr size_t kFilesMax = 200;
constexpr size_t kNamesMax = 10'000;  // So many names of the folder are looked at.
constexpr size_t kFileBytesMax = 1024 * 1024;
constexpr size_t kBytesMax = 8 * kFileBytesMax;
constexpr size_t kNameMax = 300;

// Returns the folder's files *.json, by name.
std::vector<std::filesystem::path> json_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  size_t names = 0;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (++names > kNamesMax) break;
    if (entry->path().extension() == ".json") files.push_back(entry->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Reads a file. Returns why it is no test event, or an empty text.
std::string read_one(const std::filesystem::path& path, size_t bytes_left, std::string& text) {
  std::error_code error;
  // Another kind of file may have no end, or none that comes.
  if (!std::filesystem::is_regular_file(path, error)) return "it is not a file";
  std::ifstream file(path, std::ios::binary);
  text.resize(kFileBytesMax + 1);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (!file.is_open() || file.bad()) return "it cannot be read";
  if (text.size() > kFileBytesMax) return "it is larger than 1 MiB";
  if (text.size() > bytes_left) return "the files before it have 8 MiB already";
  return base::is_utf8(text) ? "" : "it is not UTF-8";
}

}  // namespace

TestEvents read_test_events(const std::filesystem::path& folder) {
  TestEvents found;
  size_t bytes = 0;
  for (const auto& path : json_files(folder)) {
    const std::string name = base::printable(path.filename().string(), kNameMax);
    if (found.events.size() + found.left_out.size() >= kFilesMax) {
      found.left_out.emplace_back(name, "only the first 200 files are read");
      break;
    }
    std::string text;
    if (std::string problem = read_one(path, kBytesMax - bytes, text); !problem.empty()) {
      found.left_out.emplace_back(name, std::move(problem));
      continue;
    }
    bytes += text.size();
    found.events.push_back({name, std::move(text)});
  }
  return found;
}

}  // namespace penstock::local
