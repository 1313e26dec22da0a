#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "local/processes/child.h"

namespace penstock::local {

// Runs a child, and reports its output line by line and its end. All calls, and the callbacks,
// are made on the io_context's thread, which must be the main thread (see Child). The child is
// killed when this object is destroyed.
class Process {
 public:
  // A longer line is cut to this length, because a function's log may contain an event of 6 MB.
  static constexpr size_t kLineBytesMax = 1 << 20;

  using OnLine = std::function<void(std::string_view)>;
  using OnEnd = std::function<void(ExitStatus)>;

  // Starts the program. `on_end` is called once, after the last line, and may destroy the process.
  // `io` must outlive it. The errors are those of Child::spawn(), or `internal`: the system cannot
  // make a pipe.
  [[nodiscard]] static base::Result<std::unique_ptr<Process>> start(boost::asio::io_context& io,
                                                                    const Command& command,
                                                                    OnLine on_line, OnEnd on_end);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const { return child_->pid(); }
  void signal(int number) { child_->signal(number); }

 private:
  Process(boost::asio::io_context& io, OnLine on_line, OnEnd on_end);
  void wait_for_output();
  void wait_for_end();
  // Reads once. Returns false if there is nothing to read at present, or the output has ended.
  bool read_some();
  void split_into_lines(std::string_view bytes);
  void end_line();

  // Begins to listen before the child starts, so that no end is missed.
  boost::asio::signal_set child_signal_;
  boost::asio::posix::stream_descriptor output_;
  OnLine on_line_;
  OnEnd on_end_;
  std::unique_ptr<Child> child_;
  // Lets a handler that is already queued find out whether this object still exists.
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
  bool output_open_ = true;
  bool cutting_ = false;  // Whether the rest of the present line is ignored.
  std::string line_;
  std::array<char, 16 * 1024> buffer_;
};

}  // namespace penstock::local
