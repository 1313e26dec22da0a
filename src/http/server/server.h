#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "async/lifetime.h"
#include "async/ready_set.h"
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
  // If a request is answered before the end of its body, so many bytes of the rest are read and
  // dropped, so that the connection goes on. If there are more, it ends. Go's server has this limit
  // (net/http, maxPostHandlerReadBytes): a thousand clients with large bodies would hold up others.
  int64_t dropped_bytes_max = 256 * 1024;
  int64_t requests_per_connection_max = 10'000;
  // Counts the connections of all clients. A further one takes the place of the one that has been
  // slow in sending its header or, if there is none, idle for longest. If none of them can be
  // replaced, it is one of kReservedConnections.
  int64_t connections_max = 10'000;
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

// A server says at most once in this time that it refuses clients, for each reason.
inline constexpr std::chrono::seconds kWarningInterval{10};

// The rest of a body whose request is answered before its end must have ended within this time.
inline constexpr std::chrono::seconds kDropTimeout{10};

class ClientSocket;
class Connection;
struct Workspace;

// Serves HTTP/1.1 on one address: accepts connections, keeps each within the limits, and drains
// them at the end. All calls are for the thread that runs its io_context. If it cannot accept or
// check connections any more, because there is no memory, io_context::run() throws.
class Server {
 public:
  // So many connections beyond connections_max serve one request each, if a service does not have
  // to wait for its answer. They are for health checks. A further client gets 503.
  static constexpr size_t kReservedConnections = 63;
  // A server may have so many descriptors besides those of connections_max.
  static constexpr size_t kExtraDescriptors = kReservedConnections + 1;

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

  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, async::Executor>;

  async::Awaitable<> accept_loop();
  // Accepts clients until none waits, but not too many. Returns why that ended, or nothing.
  [[nodiscard]] boost::system::error_code accept_some();
  async::Awaitable<> sweep_loop();
  void start(ClientSocket socket, bool reserved);
  // Returns the socket of the next client. The error is `would_block` if none waits.
  [[nodiscard]] ClientSocket accept(boost::system::error_code& error);
  void add(Connection& connection);
  void remove(Connection& connection);
  // Puts the connection at the end of the list that its phase belongs to.
  void list(Connection& connection);
  // Calls `action` for each connection, which must not end one.
  template <class Action>
  void for_each(Action action);
  void finish_drain();
  void log_failure(const std::exception_ptr& failure);
  std::string_view http_date();

  std::unique_ptr<Workspace> take_workspace();
  void give_back(std::unique_ptr<Workspace> workspace);

  // These are in server_overload.cpp.
  //
  // Counts what a connection holds. If all of them hold too much, the worst are evicted, of which
  // this connection may be one.
  void charge(Connection& connection, size_t bytes);
  void make_room(Connection& newest);
  [[nodiscard]] bool is_over_budget() const {
    return statistics_.buffered_bytes > static_cast<size_t>(limits_.buffered_bytes_max);
  }
  // Starts a connection, if there may be one more.
  void serve_client(ClientSocket socket);
  // Cuts a connection to make room for another one, and returns it, or null if there is none.
  const Connection* replace_connection();
  void refuse_client(ClientSocket socket, RefusalReason reason);
  // Makes room for a client although the process has no descriptor left, or refuses it. Returns
  // false if that fails.
  bool go_on_without_descriptor();
  void count_refusal(RefusalReason reason);
  void warn(RefusalReason reason);

  boost::asio::io_context& io_;
  Service& service_;
  const Limits limits_;
  log::Log& log_;
  const std::string name_;
  Acceptor acceptor_;
  async::ReadySet ready_;
  async::Timer sweep_timer_;
  async::Timer accept_timer_;
  struct Lists;
  std::unique_ptr<Lists> lists_;
  // Is what is read into. Nothing stays in it while a coroutine waits.
  std::vector<char> read_buffer_;
  std::vector<std::unique_ptr<Workspace>> workspaces_;  // Those that no connection has.
  int spare_descriptor_ = -1;                           // For go_on_without_descriptor().
  size_t reserved_ = 0;  // How many connections are beyond Limits::connections_max.
  // By RefusalReason: there is no warning before this time.
  std::array<std::chrono::steady_clock::time_point, kRefusalReasons.size()> next_warnings_{};
  std::chrono::steady_clock::time_point next_accept_warning_{};
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
