#include "http/process_metrics.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>

#include "base/number_text.h"
#include "http/metrics.h"

namespace penstock::http {
namespace {

constexpr size_t kFileBytesMax = 4096;
// Version 1 says "no limit" by a number about as large as this; no machine has so much memory.
constexpr uint64_t kNoLimit = uint64_t{1} << 60;

// Returns the beginning of a file of the system; it is empty if there is none.
std::string text_of(const std::string& path) {
  std::string text(kFileBytesMax, '\0');
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  const ssize_t count = ::read(file, text.data(), text.size());
  ::close(file);
  text.resize(count > 0 ? static_cast<size_t>(count) : 0);
  return text;
}

// Returns the whole number at the text's beginning, up to a blank or a line's end.
std::optional<uint64_t> number_at(std::string_view text) {
  return base::whole_number<uint64_t>(text.substr(0, text.find_first_of(" \n")));
}

// Returns the smaller limit of the two.
std::optional<uint64_t> smaller(std::optional<uint64_t> one, std::optional<uint64_t> other) {
  if (!one || !other) return one ? one : other;
  return std::min(*one, *other);
}

// Reads the limits of the group `path`, which is below `folder`, and of those above it.
std::optional<uint64_t> limit_of(const std::string& folder, std::string_view path,
                                 const char* file) {
  std::optional<uint64_t> limit;
  while (true) {
    const auto found = number_at(text_of(folder + std::string(path) + "/" + file));
    if (found && *found < kNoLimit) limit = smaller(limit, found);
    if (path.empty()) return limit;
    path = path.substr(0, std::min(path.rfind('/'), path.size() - 1));
  }
}

// Newer systems (Linux 6.2) tell the number at once. Counting takes a microsecond for each.
size_t open_descriptors() {
  static constexpr const char* kFolder = "/proc/self/fd";
  struct stat status{};
  if (::stat(kFolder, &status) == 0 && status.st_size > 0) {
    return static_cast<size_t>(status.st_size);
  }
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(kFolder), ::closedir);
  size_t count = 0;
  while (folder && ::readdir(folder.get()) != nullptr) ++count;
  return count > 3 ? count - 3 : 0;  // Without ".", ".." and the folder itself.
}

double processor_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

void write_memory(std::string& out) {
  const std::string text = text_of("/proc/self/statm");
  const auto all = number_at(text);
  const auto resident = number_at(std::string_view(text).substr(std::min(
      text.size(), text.find(' ') == std::string::npos ? text.size() : text.find(' ') + 1)));
  if (!all || !resident) return;
  const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
  write_metric(out, "process_virtual_memory_bytes", "gauge", "Virtual memory size in bytes.",
               static_cast<double>(*all) * page);
  write_metric(out, "process_resident_memory_bytes", "gauge", "Resident memory size in bytes.",
               static_cast<double>(*resident) * page);
}

}  // namespace

std::optional<uint64_t> memory_limit(std::string_view groups, const std::string& root) {
  std::optional<uint64_t> limit;
  // Each line is "number:controllers:path"; version 2 has no controllers.
  while (!groups.empty()) {
    const std::string_view line = groups.substr(0, groups.find('\n'));
    groups.remove_prefix(std::min(groups.size(), line.size() + 1));
    const size_t first = line.find(':');
    const size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    std::string_view path = line.substr(second + 1);
    if (path == "/") path = {};
    if (controllers.empty()) {
      limit = smaller(limit, limit_of(root, path, "memory.max"));
    } else if (controllers == "memory") {
      limit = smaller(limit, limit_of(root + "/memory", path, "memory.limit_in_bytes"));
    }
  }
  return limit;
}

ProcessMetrics::ProcessMetrics()
    : started_(std::chrono::system_clock::now()),
      memory_limit_(memory_limit(text_of("/proc/self/cgroup"), "/sys/fs/cgroup")) {}

void ProcessMetrics::write(std::string& out) const {
  write_metric(out, "process_cpu_seconds_total", "counter",
               "Total user and system CPU time spent in seconds.", processor_seconds());
  write_metric(out, "process_start_time_seconds", "gauge",
               "Start time of the process since unix epoch in seconds.",
               std::chrono::duration<double>(started_.time_since_epoch()).count());
  write_memory(out);
  write_metric(out, "process_open_fds", "gauge", "Number of open file descriptors.",
               static_cast<double>(open_descriptors()));
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  write_metric(out, "process_max_fds", "gauge", "Maximum number of open file descriptors.",
               static_cast<double>(limit.rlim_cur));
  if (memory_limit_) {
    write_metric(out, "penstock_memory_limit_bytes", "gauge",
                 "The memory that the process's control group may use.",
                 static_cast<double>(*memory_limit_));
  }
}

}  // namespace penstock::http
