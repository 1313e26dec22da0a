#include "processes/pipe.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

namespace penstock::processes {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// poll(2) is called again after this time. It keeps the time-out within an int.
constexpr milliseconds kPollMax{60'000};

// Returns how long poll(2) may wait: at least 0.
int poll_time(steady_clock::time_point deadline) {
  const auto now = steady_clock::now();
  if (now >= deadline) return 0;
  if (deadline - now >= kPollMax) return static_cast<int>(kPollMax.count());
  return static_cast<int>(std::chrono::ceil<milliseconds>(deadline - now).count());
}

bool wait(std::span<pollfd> entries, steady_clock::time_point deadline) {
  while (true) {
    const int time = poll_time(deadline);
    const int ready = ::poll(entries.data(), entries.size(), time);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
    // A signal may come each time, so that poll() never sees its time-out.
    if (time == 0 && ready == 0) return false;
    if (ready < 0 && steady_clock::now() >= deadline) return false;
  }
}

}  // namespace

base::Result<Pipe> Pipe::make() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return base::Error{.code = base::ErrorCode::internal,
                       .message = "cannot make a pipe",
                       .detail = std::strerror(errno)};
  }
  return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

bool wait_until_readable(std::span<const int> descriptors, steady_clock::time_point deadline) {
  std::vector<pollfd> entries;
  for (const int descriptor : descriptors) entries.push_back({descriptor, POLLIN, 0});
  return wait(entries, deadline);
}

bool wait_until_writable(int descriptor, steady_clock::time_point deadline) {
  pollfd entry{descriptor, POLLOUT, 0};
  return wait({&entry, 1}, deadline);
}

size_t bytes_to_read(int descriptor) {
  int count = 0;
  return ::ioctl(descriptor, FIONREAD, &count) == 0 ? static_cast<size_t>(std::max(count, 0)) : 0;
}

}  // namespace penstock::processes
