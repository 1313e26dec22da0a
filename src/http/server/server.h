#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>

#include "async/lifetime.h"
#include "base/result.h"
#include "http/server/server_statistics.h"
#include "http/server/service.h"
#include "log/log.h"

namespace penstock::http {

// Limits what a client may do, unless a member says otherwise. A time-out is
// enforced up to kSweepInterval late. docs/settings.md lists the settings for them.
struct Limits {
  int64_t header_bytes_max = 16 * 1024;
  int64_t headers_max = 100;  // Limits the headers, and as many trailers.
  int64_t body_bytes_max = 1024 * 1024;
  // Decides what becomes of a larger body. By default the request is refused, and its connection
  // ends. If this is set, the rest is read and dropped, within kDropTimeout, so that the connection
  // goes on; the service gets the request without its body (RequestMessage::body_too_large).
  bool drops_large_bodies = false;
  int64_t requests_per_connection_max = 10'000;
  // Counts the connections of all clients. Further ones get 503.
  int64_t connections_max = 10'000;
  // Decides what happens to the connection that would be one too many. If this is set, it takes the
  // place of the one that has been idle longest, and gets 503 only if none is idle.
  bool replaces_idle_connections = false;
  // Bounds the memory of the requests and answers of all connections together: headers, bodies and
  // what was read ahead. Beyond it the requests that have held the most for longest get 503.
  int64_t buffered_bytes_max = 16 * 1024 * 1024;
  // Runs from a request's first byte to the end of its headers.
  std::chrono::milliseconds header_timeout{10'000};
  // Runs from the end of the headers to the end of the body.
  std::chrono::milliseconds body_timeout{30'000};
  // Bounds the writing of an answer to a client that does not read it.
  std::chrono::milliseconds write_timeout{30'000};
  // Bounds the wait for the next request. It must be longer than the 60 s for which a load balancer
  // keeps a connection, or the balancer's requests would meet closed connections.
  std::chrono::milliseconds idle_timeout{75'000};
};

// The server checks the deadlines of all connections once in this time.
inline constexpr std::chrono::milliseconds kSweepInterval{250};

// The rest of a body that is dropped must arrive within this time.
inline constexpr std::chrono::seconds kDropTimeout{10};

class Connection;

// Serves HTTP/1.1 on one address: accepts connections, keeps each within the limits, and drains
// them at the end. All calls are for the thread that runs its io_context. If it cannot accept or
// check connections any more, because there is no memory, io_context::run() throws.
class Server {
 public:
  // `io`, `service` and `log` must outlive the server. `name` becomes the header Server. While `io`
  // still runs, the server may end only when it has no connection.
  Server(boost::asio::io_context& io, Service& service, Limits limits, log::Log& log,
         std::string name);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  // Binds to an IP address and starts to accept connections. Port 0 takes a free one. The error is
  // `unavailable` and names the address and the port.
  [[nodiscard]] base::Result<> listen(const std::string& address, uint16_t port);
  // Returns the port on which the server listens.
  [[nodiscard]] uint16_t port() const;
  // Returns what the server has done with connections so far.
  [[nodiscard]] const ServerStatistics& statistics() const { return statistics_; }

  // The first step of a drain: answers carry `Connection: close` from now on. New connections are
  // still accepted.
  void announce_close();
  // The second step of a drain: stops accepting, closes idle connections, lets requests in flight
  // finish until `deadline`, then cuts the rest. Calls `done` once, when no connection is left or
  // the deadline has passed.
  void stop(std::chrono::steady_clock::time_point deadline, std::function<void()> done);

 private:
  friend class Connection;

  async::Awaitable<> accept_loop();
  async::Awaitable<> sweep_loop();
  void add(Connection& connection);
  void remove(Connection& connection);
  // Returns false if no connection is idle.
  bool cut_longest_idle();
  void finish_drain();
  void log_failure(const std::exception_ptr& failure);
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
  ServerStatistics statistics_;
  bool closing_ = false;   // Whether announce_close() or stop() was called.
  bool stopping_ = false;  // Whether stop() was called.
  bool ended_ = false;     // Whether the drain is over.
  std::chrono::steady_clock::time_point stop_deadline_ =
      std::chrono::steady_clock::time_point::max();
  std::function<void()> done_;
  async::Lifetime lifetime_;
};

}  // namespace penstock::http
