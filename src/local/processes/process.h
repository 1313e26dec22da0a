#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "async/lifetime.h"
#include "base/result.h"
#include "processes/child.h"

namespace penstock::local {

// Runs a child, and reports its output line by line and its end. All calls, and the callbacks,
// are made on the io_context's thread, which must be the main thread (see Child). The child is
// killed when this object is destroyed.
class Process {
 public:
  // A longer line is cut to this length, because a function's log may contain an event of 6 MB.
  static constexpr size_t kLineBytesMax = 1 << 20;

  using OnLine = std::function<void(std::string_view)>;
  using OnEnd = std::function<void(processes::ExitStatus)>;

  // Starts the program. `on_end` is called once, after the last line, and may destroy the process.
  // `io` must outlive it. The errors are those of Child::spawn(), or `internal`: the system cannot
  // make a pipe.
  [[nodiscard]] static base::Result<std::unique_ptr<Process>> start(
      boost::asio::io_context& io, const processes::Command& command, OnLine on_line, OnEnd on_end);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const { return child_->pid(); }
  void signal(int number) { child_->signal(number); }
  // Gives `on_line` the lines that are in the pipe now, before the io_context would. It must not be
  // called by `on_line`.
  void read_now();

 private:
  Process(boost::asio::io_context& io, OnLine on_line, OnEnd on_end);
  void wait_for_output();
  void wait_for_end();
  // Reads once, and returns how many bytes there were: 0 if there is nothing to read at present, or
  // the output has ended.
  size_t read_some(size_t bytes_max);
  void split_into_lines(std::string_view bytes);
  void end_line();

  boost::asio::posix::stream_descriptor output_;
  boost::asio::posix::stream_descriptor end_;  // Becomes readable when the child ends.
  OnLine on_line_;
  OnEnd on_end_;
  std::unique_ptr<processes::Child> child_;
  bool output_open_ = true;
  bool cutting_ = false;  // Whether the rest of the present line is ignored.
  std::string line_;
  std::array<char, 16 * 1024> buffer_;
  async::Lifetime lifetime_;
};

}  // namespace penstock::local
