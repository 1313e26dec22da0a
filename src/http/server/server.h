#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/server/service.h"
#include "log/log.h"

namespace penstock::http {

// What a client may ask of one server. Times are upper bounds; they are enforced within
// kSweepInterval.
struct Limits {
  int64_t header_bytes_max = 16 * 1024;
  int64_t headers_max = 100;
  int64_t body_bytes_max = 1024 * 1024;
  int64_t requests_per_connection_max = 10'000;
  int64_t connections_max = 10'000;
  // From a request's first byte to the end of its headers.
  std::chrono::milliseconds header_timeout{10'000};
  std::chrono::milliseconds body_timeout{30'000};
  std::chrono::milliseconds write_timeout{30'000};  // A client that does not read its answer.
  std::chrono::milliseconds idle_timeout{
      75'000};  // Longer than a load balancer's 60 s, or it would see resets.
};

inline constexpr std::chrono::milliseconds kSweepInterval{250};

class Connection;

// An HTTP/1.1 server on one address: accepts, keeps every connection within its limits, drains.
// Runs on the thread of its io_context; `service`, `log` and `name` outlive it.
class Server {
 public:
  Server(boost::asio::io_context& io, Service& service, Limits limits, log::Log& log,
         std::string name);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  // Binds and starts to accept; port 0 takes a free one. The error names the address and the port.
  [[nodiscard]] base::Result<> listen(const std::string& address, uint16_t port);
  [[nodiscard]] uint16_t port() const;
  [[nodiscard]] size_t connections() const { return connection_count_; }
  // Connections that were turned away because connections_max were open.
  [[nodiscard]] uint64_t refused_connections() const { return refused_connections_; }

  // First step of a drain: answers carry `Connection: close` from now on, new connections are still
  // accepted.
  void announce_close();
  // Second step: stops accepting, closes idle connections, lets requests in flight finish until
  // `deadline`, then cuts the rest. Calls `done` once when no connection is left.
  void stop(std::chrono::steady_clock::time_point deadline, std::function<void()> done);

 private:
  friend class Connection;

  async::Awaitable<> accept_loop();
  async::Awaitable<> sweep_loop();
  void add(Connection& connection);
  void remove(Connection& connection);
  void finish_drain();
  std::string_view http_date();

  boost::asio::io_context& io_;
  Service& service_;
  const Limits limits_;
  log::Log& log_;
  const std::string name_;
  boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, async::Executor> acceptor_;
  async::Timer sweep_timer_;
  async::Timer accept_timer_;
  struct Connections;
  std::unique_ptr<Connections> list_;
  base::TimeText time_text_;
  size_t connection_count_ = 0;
  uint64_t refused_connections_ = 0;
  bool closing_ = false;   // Announced.
  bool stopping_ = false;  // No new connections.
  bool ended_ = false;     // Nothing is left to wait for.
  std::chrono::steady_clock::time_point stop_deadline_ =
      std::chrono::steady_clock::time_point::max();
  std::function<void()> done_;
};

}  // namespace penstock::http
