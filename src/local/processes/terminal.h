#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "local/lines/line_style.h"

namespace penstock::local {

class PeopleLines;
struct LineView;

// Writes what the user reads at the terminal: whole lines, each with its program's name, as in:
//   function | {"type":"RECORD", …}
// With a style it writes lines for people (local/lines):
//   16:52:20.123 function record orders-0@15  key 5b8a4d5e  order_placed  → done
// All threads may use it. If the reader of the descriptor stops reading, a write blocks for the
// terminal's patience once. After that, and if the descriptor cannot be written, for example
// because the disk is full, lines are lost and counted until writing works again. Then comes a line
// with their number, at the terminal's end at the latest. A line is written as a whole or not at
// all: the rest of one that was cut comes before anything else. Several terminals may share a
// descriptor, each with its own patience, so that one that waits holds up no other.
class Terminal {
 public:
  // It is in milliseconds.
  static constexpr int kPatienceMs = 1000;
  // An hour is for lines that are a program's result: it waits for their reader, as cat does. They
  // must come from a thread that nothing else needs, because line() waits there.
  static constexpr int kResultPatienceMs = 3'600'000;

  // Says whether lines begin with the name of their program.
  enum class Names { shown, hidden };

  // Writes to this descriptor, which must stay open as long as the terminal lives.
  explicit Terminal(int fd, Names names = Names::shown, int patience_ms = kPatienceMs);
  // Writes lines for people, if there is a style. If the descriptor is a terminal that tells its
  // width, long values are cut to it.
  Terminal(int fd, std::optional<LineStyle> style);
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  // Waits for its patience if the number of lines that were lost is still to be written.
  ~Terminal();

  // Writes `text` and an end of line. Each line of the text gets the name.
  void line(std::string_view name, std::string_view text);
  // Does the same with a sentence that people should see among others.
  void warn(std::string_view name, std::string_view text);
  void fault(std::string_view name, std::string_view text);
  // Takes what lines for people are made of besides what is shown: a line of a program that is not
  // shown; a sentence on a batch, which is shown if the function tells nothing of its records; and
  // that a program has ended. Without a style these do nothing.
  void hidden(std::string_view line);
  void batch(std::string_view name, std::string_view sentence);
  void ended(std::string_view name);
  // Says whether it writes lines for people.
  [[nodiscard]] bool is_for_people() const { return people_ != nullptr; }
  // Cuts the patience to kPatienceMs, also that of a write that waits now. It does not wait itself,
  // so it is for the handler of a stop signal.
  void hurry();

 private:
  class Output;

  void line(std::string_view name, std::string_view text, Tone tone);
  [[nodiscard]] LineView view() const;
  void write(std::string_view lines);
  [[nodiscard]] bool wait_for_reader() const;
  int resume();

  const int fd_;
  const Names names_;
  std::atomic<int> patience_ms_;
  const std::shared_ptr<Output> output_;
  std::mutex mutex_;
  const std::unique_ptr<PeopleLines> people_;  // Null without a style.
  bool stalled_ = false;  // Whether the last write has failed, so that the next one does not wait.
  int error_ = 0;         // Why, as the system says it.
  uint64_t lost_ = 0;     // The number of lines that were lost since.
};

}  // namespace penstock::local
