#pragma once

#include <cstdint>
#include <mutex>
#include <string_view>

namespace penstock::local {

// Writes what the person at the terminal reads: whole lines, each with the name of who says it,
// such as
//   function | {"RECORD": …}
// All threads may use it. A terminal that nobody reads holds the program up once, for kPatienceMs
// at the most; after that lines are dropped, and counted, until somebody reads again.
class Console {
 public:
  static constexpr int kPatienceMs = 1000;

  // Names are hidden where only one speaks.
  enum class Names { shown, hidden };

  // Writes to this descriptor, which must stay open as long as the console lives.
  explicit Console(int fd, Names names = Names::shown) : fd_(fd), names_(names) {}
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  // Writes `text`, which may have several lines, each of them with the name.
  void line(std::string_view name, std::string_view text);

 private:
  void write(std::string_view text);

  const int fd_;
  const Names names_;
  std::mutex mutex_;
  bool stalled_ = false;
  uint64_t dropped_ = 0;  // Counts lines since the reader stopped.
};

}  // namespace penstock::local
