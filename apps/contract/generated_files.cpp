#include "apps/contract/generated_files.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "apps/shared/files.h"

namespace penstock::apps {
namespace {

namespace fs = std::filesystem;

// What is written is complete before it gets its name.
constexpr const char* kUnfinished = ".unfinished";

base::Error failed(const fs::path& path, const std::string& reason) {
  return {.code = base::ErrorCode::invalid, .message = path.string() + ": " + reason};
}

bool has_text(const fs::path& path, const std::string& text) {
  std::error_code error;
  if (!fs::is_regular_file(path, error) || fs::file_size(path, error) != text.size()) return false;
  std::ifstream stream(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {}) == text;
}

// Holds the unfinished files, which are removed unless they got their names.
class Unfinished {
 public:
  Unfinished() = default;
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  ~Unfinished() {
    std::error_code ignored;
    for (const fs::path& path : paths_) fs::remove(path.string() + kUnfinished, ignored);
  }

  [[nodiscard]] base::Result<> write(const fs::path& path, const std::string& text) {
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (error) return failed(path.parent_path(), "cannot be made: " + error.message());
    // A folder of this name could not be replaced later, when other files have changed.
    if (fs::is_directory(path, error)) return failed(path, "it is a folder, not a file; remove it");
    paths_.push_back(path);
    return write_file(path.string() + kUnfinished, text);
  }

  [[nodiscard]] base::Result<> finish() {
    for (const fs::path& path : paths_) {
      std::error_code error;
      fs::rename(path.string() + kUnfinished, path, error);
      if (error) return failed(path, "cannot be written: " + error.message());
    }
    return {};
  }

 private:
  std::vector<fs::path> paths_;
};

}  // namespace

base::Result<> write_generated(const std::string& folder,
                               const std::vector<contract::CppFile>& files,
                               const std::vector<std::string>& stale) {
  Unfinished unfinished;
  for (const contract::CppFile& file : files) {
    const fs::path path = fs::path(folder) / file.name;
    if (has_text(path, file.text)) continue;
    if (auto written = unfinished.write(path, file.text); !written) return written;
  }
  if (auto finished = unfinished.finish(); !finished) return finished;
  for (const std::string& name : stale) {
    std::error_code error;
    fs::remove(fs::path(folder) / name, error);
    if (error) return failed(fs::path(folder) / name, "cannot be removed: " + error.message());
  }
  return {};
}

}  // namespace penstock::apps
