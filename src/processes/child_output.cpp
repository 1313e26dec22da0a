#include "processes/child_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "processes/pipe.h"
#include "processes/system_call.h"

namespace penstock::processes {
namespace {

using base::Error;
using base::ErrorCode;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kAskAgain{100};  // How often it looks for a request to stop.

// Reads once. The buffer is wiped, because the output may be a secret.
class Reader {
 public:
  explicit Reader(int output, const std::function<bool(std::string_view)>& take)
      : output_(output), take_(take) {
    // Somebody else may read the same pipe.
    const int flags = ::fcntl(output, F_GETFL);
    ::fcntl(output, F_SETFL, flags | O_NONBLOCK);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { ::explicit_bzero(part_.data(), part_.size()); }

  // Returns how many bytes there were: 0 if there are none at present, or no more at all.
  [[nodiscard]] size_t read(size_t bytes_max) {
    const ssize_t count = uninterrupted(
        [&] { return ::read(output_, part_.data(), std::min(bytes_max, part_.size())); });
    if (count <= 0) {
      open_ = count < 0 && errno == EAGAIN;
      return 0;
    }
    taken_ = take_({part_.data(), static_cast<size_t>(count)});
    return static_cast<size_t>(count);
  }
  [[nodiscard]] size_t read() { return read(part_.size()); }
  // Says whether more can come.
  [[nodiscard]] bool open() const { return open_; }
  // Says whether the last bytes were taken.
  [[nodiscard]] bool taken() const { return taken_; }

 private:
  const int output_;
  const std::function<bool(std::string_view)>& take_;
  bool open_ = true;
  bool taken_ = true;
  std::array<char, 4096> part_;
};

}  // namespace

base::Result<ExitStatus> read_until_end(Child& child, int output, steady_clock::time_point deadline,
                                        const std::stop_token& stop,
                                        const std::function<bool(std::string_view)>& take) {
  Reader reader(output, take);
  bool running = true;
  while (running || reader.open()) {
    if (stop.stop_requested()) return Error{.code = ErrorCode::unavailable, .message = {}};
    const auto now = steady_clock::now();
    if (now >= deadline) {
      if (!running) break;
      return Error{.code = ErrorCode::timed_out, .message = {}};
    }
    const std::array watched{reader.open() ? output : -1, running ? child.descriptor() : -1};
    if (!wait_until_readable(watched, std::min(deadline, now + kAskAgain))) continue;
    if (reader.open()) (void)reader.read();
    if (!reader.taken()) return Error{.code = ErrorCode::too_large, .message = {}};
    if (running && wait_until_readable(std::array{child.descriptor()}, now)) {
      running = false;
      deadline = std::min(deadline, steady_clock::now() + kLastOutputPatience);
    }
  }
  // Nothing in the group can print any more now. What another process goes on printing has no end.
  const auto status = child.ended();
  if (!status) return Error{.code = ErrorCode::timed_out, .message = {}};
  for (size_t left = bytes_to_read(output); left > 0 && reader.open();) {
    const size_t count = reader.read(left);
    if (!reader.taken()) return Error{.code = ErrorCode::too_large, .message = {}};
    if (count == 0) break;
    left -= count;
  }
  return *status;
}

}  // namespace penstock::processes
