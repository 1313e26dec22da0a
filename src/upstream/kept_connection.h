#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "async/lifetime.h"
#include "base/result.h"
#include "upstream/http_response_reader.h"
#include "upstream/socket.h"

namespace penstock::upstream {

// Returns the context for TLS 1.2 or later, with the authorities that OpenSSL trusts by default:
// those of the system, or those in SSL_CERT_FILE and SSL_CERT_DIR. Throws
// boost::system::system_error if OpenSSL cannot be set up.
[[nodiscard]] boost::asio::ssl::context client_context();

// Is one connection to an upstream, plain or by TLS. One request at a time uses it. Each call ends
// at its deadline. After an error it must not be used again.
class KeptConnection {
 public:
  explicit KeptConnection(Socket socket);
  KeptConnection(const KeptConnection&) = delete;
  KeptConnection& operator=(const KeptConnection&) = delete;
  ~KeptConnection();

  // Does TLS' handshake. The certificate must be valid for `host`, a name or an address. Fails with
  // `unavailable` or `timed_out`; the message is a predicate of the upstream.
  [[nodiscard]] async::Awaitable<base::Result<>> secure(boost::asio::ssl::context& context,
                                                        const std::string& host,
                                                        async::SteadyTime deadline);

  // Says how far a failed request came.
  struct Progress {
    bool sent = false;      // The upstream may have read the request.
    bool answered = false;  // A byte of the answer has come.
  };
  // Sends a request and reads its response into `reader`. Both texts must live as long as the call.
  // Fails as ResponseReader does, with `unavailable` if the connection breaks, and with
  // `timed_out`. An answer that comes while the request is still being sent counts, even if the
  // upstream has closed the connection before the request's end.
  [[nodiscard]] async::Awaitable<base::Result<>> exchange(std::string_view head,
                                                          std::string_view body,
                                                          ResponseReader& reader,
                                                          async::SteadyTime deadline,
                                                          Progress& progress);

  // Says whether the other side has closed the idle connection, or sent something without a
  // request. It does not wait.
  [[nodiscard]] bool is_stale();

  // When it was last used; the owner sets it.
  async::SteadyTime idle_since{};

 private:
  using Tls = boost::asio::ssl::stream<Socket&>;
  struct Moved {
    boost::system::error_code error;
    size_t bytes;
  };

  void arm(async::SteadyTime deadline);
  void disarm();
  void close();
  async::Awaitable<Moved> write(std::string_view head, std::string_view body);
  async::Awaitable<Moved> read_some(boost::asio::mutable_buffer place);
  async::Awaitable<base::Result<>> read_response(ResponseReader& reader, Progress& progress);
  [[nodiscard]] base::Error broken(const boost::system::error_code& error, const char* doing) const;

  Socket socket_;
  std::optional<Tls> tls_;
  async::Timer timer_;
  bool expired_ = false;
  async::Lifetime lifetime_;
};

}  // namespace penstock::upstream
