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

// A child whose output comes line by line and whose end is told, both on the io_context's thread, which must
// be the main thread (see Child). Destroying it kills it.
class Process {
 public:
  // A longer line is cut; a function's log may carry an event of 6 MB.
  static constexpr size_t kLineBytesMax = 1 << 20;

  using OnLine = std::function<void(std::string_view)>;
  using OnEnd = std::function<void(ExitStatus)>;

  // `on_end` is called once, after the last line, and may destroy the process.
  [[nodiscard]] static base::Result<std::unique_ptr<Process>> start(boost::asio::io_context& io,
                                                                    const Command& command, OnLine on_line,
                                                                    OnEnd on_end);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const { return child_->pid(); }
  void signal(int number) { child_->signal(number); }

 private:
  Process(boost::asio::io_context& io, OnLine on_line, OnEnd on_end);
  void wait_for_output();
  void wait_for_end();
  bool read_some();  // False when there is nothing to read now, or for ever.
  void take(std::string_view bytes);
  void pass_on();

  boost::asio::signal_set child_signal_;  // Before the child, so that no end is missed.
  boost::asio::posix::stream_descriptor output_;
  OnLine on_line_;
  OnEnd on_end_;
  std::unique_ptr<Child> child_;
  std::shared_ptr<const bool> alive_ =
      std::make_shared<const bool>(true);  // A handler may be on its way already.
  bool output_open_ = true;
  bool cutting_ = false;
  std::string line_;
  std::array<char, 16 * 1024> buffer_;
};

}  // namespace penstock::local
