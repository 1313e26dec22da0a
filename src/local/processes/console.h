#pragma once

#include <cstdint>
#include <mutex>
#include <string_view>

namespace penstock::local {

// Writes what the user reads at the terminal: whole lines, each with the name of its program, as in
//   function | {"RECORD": …}
// All threads may use it. If the reader of the descriptor stops reading, a write blocks for
// kPatienceMs once. After that, lines are dropped and counted until the reader goes on.
class Console {
 public:
  // It is in milliseconds.
  static constexpr int kPatienceMs = 1000;

  // Says whether lines begin with the name of their program.
  enum class Names { shown, hidden };

  // Writes to this descriptor, which must stay open as long as the console lives.
  explicit Console(int fd, Names names = Names::shown) : fd_(fd), names_(names) {}
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  // Writes `text` and an end of line. Each line of the text gets the name.
  void line(std::string_view name, std::string_view text);

 private:
  void write(std::string_view text);

  const int fd_;
  const Names names_;
  std::mutex mutex_;
  bool stalled_ = false;
  uint64_t dropped_ = 0;  // The number of lines that were dropped since the reader stopped.
};

}  // namespace penstock::local
