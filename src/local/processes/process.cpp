#include "local/processes/process.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "local/processes/file_descriptor.h"

namespace penstock::local {

base::Result<std::unique_ptr<Process>> Process::start(boost::asio::io_context& io,
                                                      const Command& command, OnLine on_line,
                                                      OnEnd on_end) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return base::Error{.code = base::ErrorCode::internal,
                       .message = "cannot make a pipe for the output of '" + command.program + "'",
                       .detail = std::strerror(errno)};
  }
  FileDescriptor read_end(ends[0]);
  const FileDescriptor write_end(ends[1]);
  std::unique_ptr<Process> process(new Process(io, std::move(on_line), std::move(on_end)));
  auto child = Child::spawn(command, write_end.get());
  if (!child) return child.error();
  process->child_ = std::make_unique<Child>(std::move(*child));
  process->output_.assign(read_end.release());
  process->output_.non_blocking(true);
  process->wait_for_output();
  process->wait_for_end();
  return process;
}

Process::Process(boost::asio::io_context& io, OnLine on_line, OnEnd on_end)
    : child_signal_(io, SIGCHLD),
      output_(io),
      on_line_(std::move(on_line)),
      on_end_(std::move(on_end)) {}

void Process::wait_for_output() {
  output_.async_wait(output_.wait_read,
                     [this, alive = std::weak_ptr(alive_)](const boost::system::error_code& error) {
                       if (error || alive.expired()) return;
                       read_some();
                       if (output_open_) wait_for_output();
                     });
}

// SIGCHLD says that some child has ended, so every process checks its own.
void Process::wait_for_end() {
  child_signal_.async_wait(
      [this, alive = std::weak_ptr(alive_)](const boost::system::error_code& error, int) {
        if (error || alive.expired()) return;
        const auto status = child_->ended();
        if (!status) return wait_for_end();
        // Reads what the child wrote last. The end of the file may never come, because another
        // process may hold the pipe open. The pipe's size bounds the loop.
        while (output_open_ && read_some()) {
        }
        if (!line_.empty()) end_line();
        output_.close();
        const auto on_end = std::move(on_end_);
        on_end(*status);
      });
}

bool Process::read_some() {
  const ssize_t count = ::read(output_.native_handle(), buffer_.data(), buffer_.size());
  if (count > 0) {
    split_into_lines({buffer_.data(), static_cast<size_t>(count)});
    return true;
  }
  if (count < 0 && errno == EINTR) return true;
  if (count == 0 || errno != EAGAIN) output_open_ = false;
  return false;
}

void Process::split_into_lines(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    const size_t room = kLineBytesMax - line_.size();
    line_ += part.substr(0, room);
    if (part.size() > room && !std::exchange(cutting_, true)) {
      on_line_(line_ + " (cut)");
    }
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
    end_line();
  }
}

void Process::end_line() {
  if (!std::exchange(cutting_, false)) on_line_(line_);
  line_.clear();
}

}  // namespace penstock::local
