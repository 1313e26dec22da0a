#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>

#include "async/awaitable.h"
#include "async/lifetime.h"
#include "base/result.h"
#include "local/relay/link_faults.h"

namespace penstock::local {

class RelayedConnection;
struct Link;

// Listens on a port and carries each connection to a server on the loopback address, with the
// faults of set(). All calls are for the thread of the io_context, which must outlive it. The
// destructor stops listening and resets the connections.
class Relay {
 public:
  // Each takes two buffers of RelayedConnection::kPartBytes. Beyond them a connection is closed.
  static constexpr size_t kConnectionsMax = 1024;

  // The port is that of the server, on 127.0.0.1. Clients find the relay at `address`.
  explicit Relay(boost::asio::io_context& io, uint16_t server_port = 0,
                 boost::asio::ip::address address = boost::asio::ip::address_v4::loopback());
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;
  ~Relay();

  // Listens, on any free port for 0. May be called once. The error is `unavailable`: the port is
  // not free.
  [[nodiscard]] base::Result<> listen(uint16_t port = 0);
  // Returns the port on which it listens. Must follow listen().
  [[nodiscard]] uint16_t port() const { return port_; }

  // Carries later connections to the server on this port. Those that are open stay where they are.
  void lead_to(uint16_t server_port) { server_.port(server_port); }
  // Replaces the faults. They hold for the bytes that wait and for connections that are open, too:
  // only `refuses` is about new ones alone.
  void set(const LinkFaults& faults);
  // Returns the faults at present: `answers_cut` is what remains of it.
  [[nodiscard]] const LinkFaults& faults() const;
  // Resets every connection that is open. Later ones are not affected.
  void cut();
  [[nodiscard]] const LinkCounts& counts() const;

 private:
  async::Awaitable<> accept_loop();
  [[nodiscard]] boost::system::error_code open_acceptor();

  const boost::asio::ip::address address_;
  boost::asio::ip::tcp::endpoint server_;
  uint16_t port_ = 0;
  // Is bound to the port and never listens, so that the port stays ours while the relay refuses.
  boost::asio::ip::tcp::socket place_;
  boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, async::Executor> acceptor_;
  async::Timer pause_;
  const std::shared_ptr<Link> link_;
  std::list<std::weak_ptr<RelayedConnection>> connections_;  // Those that have ended may be among.
  const async::Lifetime lifetime_;
};

}  // namespace penstock::local
