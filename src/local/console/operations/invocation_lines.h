#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::local {

// Keeps the lines that the function writes while it is invoked by the console. Whose invocation a
// request id names is known only at the end, so those of all are kept until then. It costs nothing
// while the console invokes nothing. May be used by any thread.
class InvocationLines {
 public:
  static constexpr size_t kLinesMax = 1'000;          // Of an invocation.
  static constexpr size_t kBytesMax = 256 * 1024;     // Of an invocation.
  static constexpr size_t kEndedInvocationsMax = 64;  // So many are kept at their ends.

  // An invocation of the console begins. take() must follow.
  void begin();
  // The invocation has ended, and had this request id, which is empty if it never began. Returns
  // its lines.
  [[nodiscard]] std::vector<std::string> take(const std::string& request_id);

  // Takes what Observer gets, as line() does.
  void busy(std::string_view request_id, bool busy);
  void line(const std::vector<std::string>& request_ids, std::string_view line);

 private:
  struct Lines {
    std::vector<std::string> lines = {};
    size_t bytes = 0;
    size_t left_out = 0;
  };

  std::atomic<int> invocations_ = 0;
  std::mutex mutex_;
  std::map<std::string, Lines, std::less<>> lines_;  // By request id.
  std::deque<std::string> ended_;                    // The oldest is the first.
};

}  // namespace penstock::local
