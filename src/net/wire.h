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

// Carries bytes over one connection, below HTTP. Calls block until they are done or their deadline
// has passed; then the error is beast::error::timeout. After any error the wire must not be used
// again. Only one thread may use a wire, but for interrupt().
class Wire {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  using Endpoints = boost::asio::ip::tcp::resolver::results_type;
  using Error = boost::system::error_code;

  virtual ~Wire() = default;

  // Connects to the first endpoint that answers. It is called once, before anything else.
  [[nodiscard]] virtual Error open(const Endpoints& endpoints, Deadline deadline) = 0;
  // Writes head and body, one after the other.
  using Parts = std::array<boost::asio::const_buffer, 2>;
  [[nodiscard]] virtual Error write(const Parts& parts, Deadline deadline) = 0;
  // Waits for at least one byte, reads what has arrived into `place` and returns the number of
  // bytes. Without a deadline it waits without end. The error asio::error::eof says that the other
  // side has ended the connection in order.
  virtual size_t read_some(boost::asio::mutable_buffer place, std::optional<Deadline> deadline,
                           Error& error) = 0;
  // Says whether the other side has closed the idle connection, or sent something without a
  // request. Then the wire must not be used again. It does not block.
  [[nodiscard]] virtual bool is_stale() = 0;
  // Makes the call under way, and each later one, fail soon. Any thread may call it.
  virtual void interrupt() = 0;
  // Explains the last failure in words, if there is more to say than its error code does; else it
  // is empty.
  [[nodiscard]] virtual std::string explanation() const { return {}; }
};

// Says how to connect to a host, by TCP or by something built on it. `make` returns a wire that is
// not yet connected; `host` is the name that its certificate must have. It throws
// boost::system::system_error if a library below cannot be set up.
struct Transport {
  uint16_t standard_port;  // The scheme's default port, such as 80.
  std::unique_ptr<Wire> (*make)(const std::string& host);
};

// Connects by TCP. kTls is in net/tls.h and in another library, so that a program that does not
// name it needs no OpenSSL.
extern const Transport kPlain;

}  // namespace penstock::net
