#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string_view>

namespace penstock::local {

// Writes what the user reads at the terminal: whole lines, each with its program's name, as in:
//   function | {"RECORD": …}
// All threads may use it. If the reader of the descriptor stops reading, a write blocks for the
// console's patience once. After that, lines are dropped and counted until the reader goes on, who
// then gets a line with their number, at the console's end at the latest. Several consoles may
// share a descriptor, each with its own patience, so that one that waits holds up no other.
class Console {
 public:
  // It is in milliseconds.
  static constexpr int kPatienceMs = 1000;
  // An hour is for lines that are a program's result: it waits for their reader, as cat does. They
  // must come from a thread that nothing else needs, because line() waits there.
  static constexpr int kResultPatienceMs = 3'600'000;

  // Says whether lines begin with the name of their program.
  enum class Names { shown, hidden };

  // Writes to this descriptor, which must stay open as long as the console lives.
  explicit Console(int fd, Names names = Names::shown, int patience_ms = kPatienceMs)
      : fd_(fd), names_(names), patience_ms_(patience_ms) {}
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;
  // Waits for its patience if the number of lines that were dropped is still to be written.
  ~Console();

  // Writes `text` and an end of line. Each line of the text gets the name.
  void line(std::string_view name, std::string_view text);
  // Cuts the patience to kPatienceMs, also that of a write that waits now. It does not wait itself,
  // so it is for the handler of a stop signal.
  void hurry();

 private:
  void write(std::string_view text);
  [[nodiscard]] bool wait_for_reader() const;
  [[nodiscard]] bool write_note();

  const int fd_;
  const Names names_;
  std::atomic<int> patience_ms_;
  std::mutex mutex_;
  bool stalled_ = false;
  uint64_t dropped_ = 0;  // The number of lines that were dropped since the reader stopped.
};

}  // namespace penstock::local
