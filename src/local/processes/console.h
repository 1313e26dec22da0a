#pragma once

#include <cstdint>
#include <mutex>
#include <string_view>

namespace penstock::local {

// What the person at the terminal reads: one line at a time, each
// with the name of who says it: function | {"RECORD": …} May be
// used by several threads. A terminal that nobody reads holds the
// program up for at most kPatience, once.
class Console {
 public:
  static constexpr int kPatienceMs = 1000;

  enum class Names { shown, hidden };  // Hidden where one alone speaks.

  explicit Console(int fd, Names names = Names::shown) : fd_(fd), names_(names) {}
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  // `text` may have several lines.
  void line(std::string_view name, std::string_view text);

 private:
  void write(std::string_view text);

  const int fd_;
  const Names names_;
  std::mutex mutex_;
  bool stalled_ = false;
  uint64_t dropped_ = 0;  // Lines, since the reader stopped.
};

}  // namespace penstock::local
