#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <utility>

#include "net/wire.h"

namespace penstock::net {

// This is a Wire over one of Asio's asynchronous streams, and wire.h says what its calls do. The
// stream's lowest layer must be a beast::tcp_stream, which has the timer for deadlines. Each call
// with a deadline starts an operation and runs the wire's own io_context until the operation is
// done.
template <class Stream>
class WireOver : public Wire {
 public:
  // The stream is made of the wire's io_context and these arguments, such as a TLS context.
  template <class... Arguments>
  explicit WireOver(Arguments&&... arguments)
      : stream_(io_, std::forward<Arguments>(arguments)...) {}

  Error open(const Endpoints& endpoints, Deadline deadline) override {
    Error error;
    tcp().expires_at(deadline);
    tcp().async_connect(endpoints,
                        [&](const Error& e, const boost::asio::ip::tcp::endpoint&) { error = e; });
    wait_for_operation();
    if (!error) tcp().socket().set_option(boost::asio::ip::tcp::no_delay(true), error);
    return error;
  }

  Error write(const Parts& parts, Deadline deadline) override {
    Error error;
    tcp().expires_at(deadline);
    boost::asio::async_write(stream_, parts, [&](const Error& e, size_t) { error = e; });
    wait_for_operation();
    return error;
  }

  size_t read_some(boost::asio::mutable_buffer place, std::optional<Deadline> deadline,
                   Error& error) override {
    size_t count = 0;
    deadline ? tcp().expires_at(*deadline) : tcp().expires_never();
    stream_.async_read_some(place, [&](const Error& e, size_t n) {
      error = e;
      count = n;
    });
    wait_for_operation();
    return count;
  }

  bool is_stale() override {
    // It must try to read, because only TLS knows whether arrived bytes are for the client or for
    // TLS itself. Session tickets and new keys may come at any time (RFC 8446 section 4.6), and the
    // end of the connection may have been read together with the last response.
    char byte = 0;
    Error error;
    tcp().socket().non_blocking(true, error);
    if (!error) stream_.read_some(boost::asio::buffer(&byte, 1), error);
    return error != boost::asio::error::would_block;
  }

  // The socket is closed by the thread of the call under way, or of the next one.
  void interrupt() override {
    boost::asio::post(io_, [this] { tcp().close(); });
  }

 protected:
  // Returns the TCP stream below the stream.
  boost::beast::tcp_stream& tcp() { return boost::beast::get_lowest_layer(stream_); }
  // Runs the started operation until its handler has been called.
  void wait_for_operation() {
    io_.restart();
    io_.run();
  }

  boost::asio::io_context io_{1};
  Stream stream_;
};

}  // namespace penstock::net
