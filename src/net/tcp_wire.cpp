#include "net/tcp_wire.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <boost/beast/core/error.hpp>
#include <cerrno>
#include <limits>
#include <tuple>
#include <utility>

namespace penstock::net {
namespace {

using boost::asio::ip::tcp;
using Error = Wire::Error;

Error last_error() {
  return {errno, boost::system::system_category()};
}

bool would_block(const Error& error) {
  return error == boost::asio::error::would_block || error == boost::asio::error::try_again;
}

// Without this, a transfer of which something is always ready would never be late.
bool is_over(std::optional<Wire::Deadline> deadline) {
  return deadline && std::chrono::steady_clock::now() >= *deadline;
}

// Returns how many milliseconds poll() may wait, which are rounded up; without a deadline -1.
int poll_time(std::optional<Wire::Deadline> deadline) {
  using std::chrono::milliseconds;
  if (!deadline) return -1;
  const auto left =
      std::chrono::ceil<milliseconds>(*deadline - std::chrono::steady_clock::now()).count();
  if (left <= 0) return 0;
  return left < std::numeric_limits<int>::max() ? static_cast<int>(left)
                                                : std::numeric_limits<int>::max();
}

}  // namespace

TcpWire::~TcpWire() {
  close();
}

Error TcpWire::open(const Endpoints& endpoints, Deadline deadline) {
  Error error = boost::asio::error::not_found;
  for (const auto& entry : endpoints) {
    error = connect(entry.endpoint(), deadline);
    if (!error) return error;
    close();
    if (error == boost::beast::error::timeout || interrupted_) return error;
  }
  return error;
}

Error TcpWire::connect(const tcp::endpoint& endpoint, Deadline deadline) {
  {
    const std::lock_guard lock(mutex_);
    if (interrupted_) return boost::asio::error::operation_aborted;
    fd_ = ::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd_ < 0) return last_error();
  }
  if (::connect(fd_, endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0) {
    // A connection that a signal interrupts goes on, too (POSIX.1-2017, connect).
    if (errno != EINPROGRESS && errno != EINTR) return last_error();
    if (const Error error = wait(POLLOUT, deadline)) return error;
    int code = 0;
    socklen_t size = sizeof code;
    if (::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &code, &size) != 0) return last_error();
    if (code != 0) return {code, boost::system::system_category()};
  }
  const int yes = 1;
  return ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) == 0 ? Error{}
                                                                            : last_error();
}

Error TcpWire::write(const Parts& parts, Deadline deadline) {
  answered_ = false;
  std::array<iovec, std::tuple_size_v<Parts>> places{};
  for (size_t i = 0; i < parts.size(); ++i) {
    places[i] = {const_cast<void*>(parts[i].data()), parts[i].size()};  // sendmsg() only reads it.
  }
  iovec* first = places.data();
  iovec* const end = first + places.size();
  while (true) {
    while (first != end && first->iov_len == 0) ++first;
    if (first == end) return {};
    if (interrupted_) return boost::asio::error::operation_aborted;
    if (is_over(deadline)) return boost::beast::error::timeout;
    msghdr message{};
    message.msg_iov = first;
    message.msg_iovlen = static_cast<size_t>(end - first);
    const ssize_t count = ::sendmsg(fd_, &message, MSG_NOSIGNAL);
    if (count < 0) {
      if (errno == EINTR) continue;
      const Error error = last_error();
      if (!would_block(error)) return error;
      if (const Error late = wait(POLLOUT, deadline)) return late;
      continue;
    }
    auto left = static_cast<size_t>(count);
    for (iovec* place = first; left > 0; ++place) {
      const size_t taken = std::min(left, place->iov_len);
      place->iov_base = static_cast<char*>(place->iov_base) + taken;
      place->iov_len -= taken;
      left -= taken;
    }
  }
}

size_t TcpWire::read_some(boost::asio::mutable_buffer place, std::optional<Deadline> deadline,
                          Error& error) {
  if (is_over(deadline)) {
    error = boost::beast::error::timeout;
    return 0;
  }
  // The answer takes a while, but what follows it in a long one is often there already.
  if (!std::exchange(answered_, true) && (error = wait(POLLIN, deadline))) return 0;
  while (true) {
    const ssize_t count = ::recv(fd_, place.data(), place.size(), 0);
    if (interrupted_) {
      error = boost::asio::error::operation_aborted;
      return 0;
    }
    if (count > 0) {
      error = {};
      return static_cast<size_t>(count);
    }
    if (count == 0) {
      error = boost::asio::error::eof;
      return 0;
    }
    if (errno == EINTR) continue;
    error = last_error();
    if (!would_block(error)) return 0;
    if ((error = wait(POLLIN, deadline))) return 0;
  }
}

Error TcpWire::wait(short events, std::optional<Deadline> deadline) const {
  while (true) {
    pollfd entry{fd_, events, 0};
    const int ready = ::poll(&entry, 1, poll_time(deadline));
    if (interrupted_) return boost::asio::error::operation_aborted;
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return last_error();
    if (is_over(deadline)) return boost::beast::error::timeout;
  }
}

bool TcpWire::is_stale() {
  char byte = 0;
  if (interrupted_ || ::recv(fd_, &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT) >= 0) return true;
  return !would_block(last_error());
}

void TcpWire::interrupt() {
  const std::lock_guard lock(mutex_);
  interrupted_ = true;
  // It wakes whoever waits for the socket, also while that connects.
  if (fd_ >= 0) ::shutdown(fd_, SHUT_RDWR);
}

void TcpWire::close() {
  const std::lock_guard lock(mutex_);
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

}  // namespace penstock::net
