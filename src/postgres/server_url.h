#pragma once

#include <boost/asio/io_context.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "base/configuration.h"
#include "base/redaction.h"
#include "base/result.h"
#include "base/wiped_text.h"

namespace penstock::postgres {

// Is one way to a server.
struct Place {
  std::string host = {};     // A name, an address, a socket's folder, or empty for the default.
  std::string address = {};  // An IP address; libpq itself would wait for the resolver.
  std::string port = {};
};

// Is a connection URI that was read: what libpq is given, with Penstock's own defaults.
struct ServerUrl {
  using Options = std::vector<std::pair<std::string, base::WipedText>>;

  Options options = {};  // All but those of `places`.
  std::vector<Place> places = {};
  // The server must prove by its certificate who it is, or it is on this machine.
  bool verified = false;
  base::Redaction redaction = {};  // Knows the password.

  // How a session is set up. Empty texts set nothing.
  struct Session {
    std::string program = {};
    std::string server_options = {};  // Such as "-c statement_timeout=1000".
  };

  // Reads a URI, or a text such as "host=… dbname=…". Fails with `invalid`, and does not repeat it.
  // With sslmode=verify-ca or verify-full and no sslrootcert, the authorities are those of the
  // system, or of SSL_CERT_FILE in the environment.
  [[nodiscard]] static base::Result<ServerUrl> read(const base::WipedText& url,
                                                    const base::Environment& environment,
                                                    const Session& session);

  // Returns all places, each with an address. Waits for the resolver until the deadline. Fails with
  // `unavailable`.
  [[nodiscard]] async::Awaitable<base::Result<std::vector<Place>>> find(
      boost::asio::io_context& io, async::SteadyTime deadline) const;
};

}  // namespace penstock::postgres
