#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time_text.h"

namespace penstock::http {

// Tells what the process uses of the machine, with the names that Prometheus' client libraries use
// (process_…), and the limit of memory in which it runs.
class ProcessMetrics {
 public:
  // The process is taken to have started now.
  ProcessMetrics();

  // Appends all metrics in Prometheus' text format. What the system does not tell is left out.
  void write(std::string& out) const;

 private:
  const base::SystemTime started_;
  const std::optional<uint64_t> memory_limit_;  // Nothing if there is none, or it is not known.
};

// Reads the smallest limit of memory, in bytes, of a control group and of those above it. `groups`
// is the text of /proc/self/cgroup, and `root` is the folder of the file system (cgroups(7)); both
// versions are read. Returns nothing if there is no limit.
[[nodiscard]] std::optional<uint64_t> memory_limit(std::string_view groups,
                                                   const std::string& root);

}  // namespace penstock::http
