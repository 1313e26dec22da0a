#include "local/processes/process.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "processes/pipe.h"
#include "processes/system_call.h"

namespace penstock::local {

base::Result<std::unique_ptr<Process>> Process::start(boost::asio::io_context& io,
                                                      const processes::Command& command,
                                                      OnLine on_line, OnEnd on_end) {
  auto pipe = processes::Pipe::make();
  if (!pipe) return pipe.error();
  std::unique_ptr<Process> process(new Process(io, std::move(on_line), std::move(on_end)));
  auto child = processes::Child::spawn(command, pipe->write_end.get());
  if (!child) return child.error();
  process->child_ = std::make_unique<processes::Child>(std::move(*child));
  // Asio closes its descriptors, and the child needs its own.
  processes::FileDescriptor end(::fcntl(process->child_->descriptor(), F_DUPFD_CLOEXEC, 0));
  if (!end) {
    return base::Error{.code = base::ErrorCode::internal,
                       .message = "cannot watch '" + command.program + "'",
                       .detail = std::strerror(errno)};
  }
  process->end_.assign(end.release());
  process->output_.assign(pipe->read_end.release());
  process->output_.non_blocking(true);
  process->wait_for_output();
  process->wait_for_end();
  return process;
}

Process::Process(boost::asio::io_context& io, OnLine on_line, OnEnd on_end)
    : output_(io), end_(io), on_line_(std::move(on_line)), on_end_(std::move(on_end)) {}

void Process::wait_for_output() {
  output_.async_wait(output_.wait_read,
                     lifetime_.guard([this](const boost::system::error_code& error) {
                       if (error) return;
                       read_some(buffer_.size());
                       if (output_open_) wait_for_output();
                     }));
}

void Process::wait_for_end() {
  end_.async_wait(end_.wait_read, lifetime_.guard([this](const boost::system::error_code& error) {
    if (error) return;
    const auto status = child_->ended();
    if (!status) return wait_for_end();
    read_now();
    if (!line_.empty()) end_line();
    output_.close();
    end_.close();
    const auto on_end = std::move(on_end_);
    on_end(*status);
  }));
}

size_t Process::read_some(size_t bytes_max) {
  const ssize_t count = processes::uninterrupted([&] {
    return ::read(output_.native_handle(), buffer_.data(), std::min(bytes_max, buffer_.size()));
  });
  if (count > 0) {
    split_into_lines({buffer_.data(), static_cast<size_t>(count)});
    return static_cast<size_t>(count);
  }
  if (count == 0 || errno != EAGAIN) output_open_ = false;
  return 0;
}

// Reads no more than what is in the pipe now: another process may go on writing for ever.
void Process::read_now() {
  if (!output_open_) return;
  size_t left = processes::bytes_to_read(output_.native_handle());
  while (left > 0 && output_open_) {
    const size_t count = read_some(left);
    if (count == 0) return;
    left -= count;
  }
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
