#pragma once

#include <cstdint>
#include <mutex>
#include <string_view>

namespace penstock::local {

// Writes what the user reads at the terminal: whole lines, each with its program's name, as in:
//   function | {"RECORD": …}
// All threads may use it. If the reader of the descriptor stops reading, a write blocks for the
// console's patience once. After that, lines are dropped and counted until the reader goes on, who
// then gets a line with their number, at the console's end at the latest.
class Console {
 public:
  // It is in milliseconds.
  static constexpr int kPatienceMs = 1000;
  // An hour is for a program whose lines are its result: it waits for its reader, as cat does.
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

 private:
  void write(std::string_view text);
  [[nodiscard]] bool is_writable_within(int patience_ms) const;
  [[nodiscard]] bool write_note();

  const int fd_;
  const Names names_;
  const int patience_ms_;
  std::mutex mutex_;
  bool stalled_ = false;
  uint64_t dropped_ = 0;  // The number of lines that were dropped since the reader stopped.
};

}  // namespace penstock::local
