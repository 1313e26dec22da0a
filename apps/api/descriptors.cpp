#include "apps/api/descriptors.h"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

namespace penstock::apps {

base::Result<Descriptors> raise_descriptors(int64_t connections_max) {
  const auto failed = [](const std::string& what) {
    return base::Error{.code = base::ErrorCode::unavailable, .message = what};
  };
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return failed("cannot read the limit of open files: " + std::generic_category().message(errno));
  }
  const auto wanted = static_cast<rlim_t>(connections_max + kReservedDescriptors);
  if (limit.rlim_cur < wanted) {
    const rlimit raised{std::min(wanted, limit.rlim_max), limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  // RLIM_INFINITY is the largest number.
  const auto usable = static_cast<int64_t>(std::min(limit.rlim_cur, wanted));
  // A small limit is shared: half of it is for clients.
  const int64_t connections = std::max(usable - kReservedDescriptors, usable / 2);
  if (usable < kDescriptorsLeast) {
    return failed("the process may have only " + std::to_string(usable) +
                  " open files, but needs at least " + std::to_string(kDescriptorsLeast) +
                  ": raise the hard limit (ulimit -Hn, or nofile of the container)");
  }
  return Descriptors{.limit = usable, .connections_max = std::min(connections, connections_max)};
}

}  // namespace penstock::apps
