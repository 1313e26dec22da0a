#include "processes/process_tree.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "base/number_text.h"

namespace penstock::processes {
namespace {

// Returns the parent of a process, or 0 if it has ended meanwhile. Its name, in parentheses, may
// have any characters.
pid_t parent_of(const std::filesystem::path& folder) {
  std::ifstream file(folder / "stat");
  std::string line;
  std::getline(file, line);
  const size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream fields(line.substr(name_end + 1));
  char state = 0;
  pid_t parent = 0;
  fields >> state >> parent;
  return fields ? parent : 0;
}

}  // namespace

std::vector<pid_t> descendants_of(pid_t pid) {
  std::multimap<pid_t, pid_t> children;
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc", error), end; !error && entry != end;
       entry.increment(error)) {
    const auto number = base::whole_number<pid_t>(entry->path().filename().string());
    if (number) children.emplace(parent_of(entry->path()), *number);
  }
  std::vector<pid_t> found;
  const auto add_children = [&](pid_t parent) {
    const auto [first, last] = children.equal_range(parent);
    for (auto child = first; child != last; ++child) found.push_back(child->second);
  };
  add_children(pid);
  for (size_t i = 0; i < found.size(); ++i) add_children(found[i]);
  return found;
}

}  // namespace penstock::processes
