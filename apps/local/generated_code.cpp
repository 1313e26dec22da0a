#include "apps/local/generated_code.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string_view>

#include "apps/local/options.h"
#include "processes/child.h"
#include "processes/file_descriptor.h"

namespace penstock::apps {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kPatience{20};

// Is a new folder, which is deleted at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::error_code error;
    std::string pattern = fs::temp_directory_path(error) / "penstock_contract.XXXXXX";
    if (!error && ::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code error;
    if (!path_.empty()) fs::remove_all(path_, error);
  }

  // It is empty if there is no such folder.
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

bool generate(const fs::path& contract, const std::string& name_space, const fs::path& folder) {
  const processes::FileDescriptor nothing(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  auto child = processes::Child::spawn({.program = beside_us("penstock_contract").string(),
                                        .arguments = {"cpp", contract.string(), "--namespace",
                                                      name_space, "--output", folder.string()},
                                        .environment = base::process_environment()},
                                       nothing.get());
  if (!child) return false;
  const auto status = child->wait_until(std::chrono::steady_clock::now() + kPatience);
  return status && !status->by_signal && status->number == 0;
}

// Comments have the descriptions of a contract, which no program depends on.
bool is_comment(std::string_view line) {
  const size_t start = line.find_first_not_of(' ');
  return start == std::string_view::npos || line.substr(start).starts_with("//");
}

}  // namespace

std::string generated_code(const fs::path& contract, const std::string& name_space) {
  const TemporaryFolder folder;
  if (folder.path().empty() || !generate(contract, name_space, folder.path())) return "";
  std::error_code error;
  std::set<fs::path> files;
  for (fs::recursive_directory_iterator entry(folder.path(), error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_regular_file(error)) files.insert(entry->path());
  }
  std::string code;
  for (const fs::path& file : files) {
    code += file.lexically_relative(folder.path()).string() + "\n";
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
      if (!is_comment(line)) code += line + "\n";
    }
  }
  return code;
}

}  // namespace penstock::apps
