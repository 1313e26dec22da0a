#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::test {

// Uses a plain socket as a client, so that a test decides every byte. Reads give up after 5 s.
class RawClient {
 public:
  // Makes a client that is not connected yet.
  RawClient() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{5, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  explicit RawClient(uint16_t port) : RawClient() { connect(port); }
  ~RawClient() { ::close(fd_); }
  RawClient(const RawClient&) = delete;

  void connect(uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  bool send(std::string_view text) {
    return ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }

  // Reads until `end` arrives or the server closes the connection, and returns what is before that.
  std::string read_until(std::string_view end) {
    while (text_.find(end) == std::string::npos && read_some()) {
    }
    const size_t found = text_.find(end);
    const size_t size = found == std::string::npos ? text_.size() : found + end.size();
    std::string part = text_.substr(0, size);
    text_.erase(0, size);
    return part;
  }
  std::string read_all() {
    while (read_some()) {
    }
    return std::exchange(text_, {});
  }
  // Says whether the server closed the connection without sending anything more.
  bool closed() { return read_all().empty() && ended_; }

  // Says whether something has come that was not read.
  [[nodiscard]] bool has_unread_bytes() const {
    char byte = 0;
    return !text_.empty() || ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
  }
  // Says whether the last read found that the server has reset the connection.
  [[nodiscard]] bool was_reset() const { return reset_; }

 private:
  bool read_some() {
    char buffer[4096];
    const ssize_t count = ::recv(fd_, buffer, sizeof buffer, 0);
    reset_ = count < 0 && errno == ECONNRESET;
    ended_ = count == 0 || reset_;
    if (count > 0) text_.append(buffer, static_cast<size_t>(count));
    return count > 0;
  }

  int fd_;
  bool ended_ = false;
  bool reset_ = false;
  std::string text_;
};

}  // namespace penstock::test
