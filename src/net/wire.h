#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace penstock::net {

// The bytes below HTTP: one connection, blocking, with deadlines. beast::error::timeout says that
// one has passed.
class Wire {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  using Endpoints = boost::asio::ip::tcp::resolver::results_type;
  using Error = boost::system::error_code;

  virtual ~Wire() = default;

  [[nodiscard]] virtual Error open(const Endpoints& endpoints, Deadline deadline) = 0;
  // Head and body, one after the other.
  using Parts = std::array<boost::asio::const_buffer, 2>;
  [[nodiscard]] virtual Error write(const Parts& parts, Deadline deadline) = 0;
  // Waits for some bytes; asio::error::eof is the other side's orderly end.
  virtual size_t read_some(boost::asio::mutable_buffer place, std::optional<Deadline> deadline,
                           Error& error) = 0;
  // Whether the other side has closed an idle connection, or sent something that nobody asked for.
  // Then the wire is of no more use.
  [[nodiscard]] virtual bool is_stale() = 0;
  // More than an error code can say of the last failure; may be empty.
  [[nodiscard]] virtual std::string explanation() const { return {}; }
};

// TCP, or what is built on it: how to reach `host`. `make` throws boost::system::system_error if
// the library below it does not start.
struct Transport {
  uint16_t standard_port;
  std::unique_ptr<Wire> (*make)(const std::string& host);
};

extern const Transport kPlain;
// kTls is in net/tls.h, and in a library of its own: a program that does not name it needs no
// OpenSSL.

}  // namespace penstock::net
