#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace penstock::test {

// ScriptedConnection is a connection of a client to a ScriptedServer. It closes its socket. Each
// wait for bytes ends after kPatienceMs.
class ScriptedConnection {
 public:
  static constexpr int kPatienceMs = 5'000;

  explicit ScriptedConnection(int fd) : fd_(fd) {}
  ScriptedConnection(const ScriptedConnection&) = delete;
  ScriptedConnection& operator=(const ScriptedConnection&) = delete;
  ~ScriptedConnection() { ::close(fd_); }

  // Returns one request with its body, or an empty text if the client has closed or sends nothing.
  std::string read_request() {
    size_t end = std::string::npos;
    while ((end = unread_.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more()) return {};
    }
    size_t length = end + 4;
    if (const size_t at = unread_.find("Content-Length: "); at != std::string::npos && at < end) {
      length += std::stoul(unread_.substr(at + 16));
    }
    while (unread_.size() < length && read_more()) {
    }
    std::string request = unread_.substr(0, length);
    unread_.erase(0, length);
    return request;
  }

  void send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t count = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      text.remove_prefix(static_cast<size_t>(count));
    }
  }

  void answer(std::string_view body, std::string_view headers = {},
              std::string_view status = "200 OK") {
    std::string text = "HTTP/1.1 ";
    text.append(status).append("\r\n").append(headers);
    text.append("Content-Length: ")
        .append(std::to_string(body.size()))
        .append("\r\n\r\n")
        .append(body);
    send(text);
  }

  // Returns the socket, for another protocol. This object still owns it.
  [[nodiscard]] int fd() const { return fd_; }

  // Reads until the client closes its side.
  void wait_for_close() {
    while (read_more()) {
    }
  }

 private:
  bool read_more() {
    pollfd entry{fd_, POLLIN, 0};
    if (::poll(&entry, 1, kPatienceMs) <= 0) return false;
    char part[4096];
    const ssize_t count = ::recv(fd_, part, sizeof(part), 0);
    if (count <= 0) return false;
    unread_.append(part, static_cast<size_t>(count));
    return true;
  }

  const int fd_;
  std::string unread_;
};

// ScriptedServer is a server on a free loopback port. Its thread runs `script`, which accepts
// connections and answers them. The server stops listening when the script ends.
class ScriptedServer {
 public:
  using Script = std::function<void(ScriptedServer&)>;

  explicit ScriptedServer(Script script)
      : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, plain, size) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, plain, &size) != 0) {
      throw std::runtime_error("the scripted server cannot listen on a loopback port");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this, run = std::move(script)] {
      run(*this);
      ::close(listener_);
    });
  }

  [[nodiscard]] uint16_t port() const { return port_; }

  // Returns the next connection. After kPatienceMs without one, it returns one that cannot be used.
  ScriptedConnection accept() {
    pollfd entry{listener_, POLLIN, 0};
    const bool ready = ::poll(&entry, 1, ScriptedConnection::kPatienceMs) > 0;
    return ScriptedConnection(ready ? ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC) : -1);
  }

  // Refuses further connections from now on.
  void stop_listening() const { ::shutdown(listener_, SHUT_RDWR); }

  // Waits for the script's end.
  void join() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  const int listener_;
  uint16_t port_ = 0;
  std::jthread thread_;
};

}  // namespace penstock::test
