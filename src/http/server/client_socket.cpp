#include "http/server/client_socket.h"

#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <boost/asio/error.hpp>
#include <cerrno>

namespace penstock::http {

namespace asio = boost::asio;

namespace {

using ErrorCode = ClientSocket::ErrorCode;

ErrorCode last_error() {
  return {errno, asio::error::get_system_category()};
}

// Calls `call` again if a signal has interrupted it. Returns the number of bytes, or sets `error`.
template <class Call>
size_t transfer(const Call& call, ErrorCode& error) {
  while (true) {
    const ssize_t count = call();
    if (count >= 0) {
      error = {};
      return static_cast<size_t>(count);
    }
    if (errno == EINTR) continue;
    error = last_error();
    return 0;
  }
}

}  // namespace

void ClientSocket::close() noexcept {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

size_t ClientSocket::read_some(asio::mutable_buffer buffer, ErrorCode& error) {
  const size_t count =
      transfer([&] { return ::recv(descriptor_, buffer.data(), buffer.size(), 0); }, error);
  if (!error && count == 0) error = asio::error::eof;
  return count;
}

size_t ClientSocket::write_some(std::span<const asio::const_buffer> buffers, ErrorCode& error) {
  if (buffers.size() == 1) {
    return transfer(
        [&] { return ::send(descriptor_, buffers[0].data(), buffers[0].size(), MSG_NOSIGNAL); },
        error);
  }
  std::array<iovec, 2> parts{};
  const size_t count = std::min(buffers.size(), parts.size());
  for (size_t i = 0; i < count; ++i) {
    parts[i] = {const_cast<void*>(buffers[i].data()), buffers[i].size()};
  }
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = count;
  return transfer([&] { return ::sendmsg(descriptor_, &message, MSG_NOSIGNAL); }, error);
}

void ClientSocket::shutdown_send(ErrorCode& error) {
  error = ::shutdown(descriptor_, SHUT_WR) == 0 ? ErrorCode() : last_error();
}

size_t ClientSocket::available() const {
  int count = 0;
  return ::ioctl(descriptor_, FIONREAD, &count) == 0 && count > 0 ? static_cast<size_t>(count) : 0;
}

bool ClientSocket::is_ended() const {
  char byte = 0;
  ErrorCode error;
  const size_t count = transfer([&] { return ::recv(descriptor_, &byte, 1, MSG_PEEK); }, error);
  return error ? error != asio::error::would_block : count == 0;
}

ErrorCode WatchedSocket::begin() {
  const ErrorCode error = set_->add(socket_.descriptor(), *this);
  watched_ = !error;
  return error;
}

void WatchedSocket::forget_set() {
  if (std::exchange(watched_, false)) set_->remove(socket_.descriptor(), *this);
  set_ = nullptr;
  // Its destructor hands the coroutine to the executor, which destroys it.
  const auto waiter = std::exchange(waiter_, std::nullopt);
}

async::Awaitable<bool> WatchedSocket::wait(Direction direction) {
  if (direction == Direction::read && readable_) co_return true;
  if (!socket_.is_open()) co_return false;
  failed_ = false;
  direction_ = direction;
  auto token = async::use_awaitable;
  co_await asio::async_initiate<asio::use_awaitable_t<async::Executor>, void()>(
      [this](Resume&& resume) { waiter_.emplace(std::move(resume)); }, token);
  co_return !failed_;
}

void WatchedSocket::watch(std::function<void()> readable) {
  watch_ = std::move(readable);
  if (readable_) call_watch();
}

// It is not called at once, since it may end what has said of this.
void WatchedSocket::call_watch() {
  asio::post(executor_, std::exchange(watch_, nullptr));
}

void WatchedSocket::cancel() {
  watch_ = nullptr;
  if (!waiter_) return;
  failed_ = true;
  asio::post(executor_, std::move(*waiter_));
  waiter_.reset();
}

void WatchedSocket::close() {
  if (std::exchange(watched_, false)) set_->remove(socket_.descriptor(), *this);
  socket_.close();
  if (set_ != nullptr) cancel();
}

size_t WatchedSocket::read_some(asio::mutable_buffer buffer, ErrorCode& error) {
  const size_t count = socket_.read_some(buffer, error);
  // A buffer that was not filled has taken everything. The set says again when more has come, but
  // not that the end has come, if it has said that with it.
  if (count < buffer.size()) readable_ = ended_ && error != asio::error::would_block;
  return count;
}

size_t WatchedSocket::write_some(std::span<const asio::const_buffer> buffers, ErrorCode& error) {
  return socket_.write_some(buffers, error);
}

void WatchedSocket::ready(uint32_t events) {
  constexpr uint32_t kEnd = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
  if ((events & kEnd) != 0) ended_ = true;
  if ((events & (EPOLLIN | kEnd)) != 0) readable_ = true;
  if (readable_ && watch_) call_watch();
  if (!waiter_) {
    if (readable_) owner_.wake();
    return;  // The owner does not mind hearing what watch() says, too.
  }
  const bool writable = (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
  if (direction_ == Direction::read ? !readable_ : !writable) return;
  auto resume = std::move(*waiter_);
  waiter_.reset();
  std::move(resume)();
}

}  // namespace penstock::http
