#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "async/awaitable.h"
#include "async/latch.h"
#include "base/result.h"
#include "http/server/server.h"
#include "local/console/console_service.h"
#include "local/console/feed.h"
#include "local/console/operation.h"
#include "log/log.h"

namespace penstock::local {

// Serves the console on the loopback address: a page that shows the local system, and the API
// beneath it. All calls are for the io_context's thread.
class Console {
 public:
  // It listens there if the user names no port.
  static constexpr uint16_t kDefaultPort = 8002;
  // So many connections are open at the same time. A browser opens few, but one whose client has
  // given up waiting for a story stays until the wait is over.
  static constexpr int64_t kConnectionsMax = 256;

  // The operations wait no longer when `stopping` is stopped. `io` must outlive the console, and
  // what `feed` and `operations` use must live until stop() has returned.
  Console(boost::asio::io_context& io, ConsoleFeed feed, ConsoleOperations operations,
          std::stop_source stopping);

  // Starts to serve. If no port is named, it takes kDefaultPort, or a free one if that is in use or
  // one of `ports_of_others`. The error is `unavailable`: the named port cannot be used.
  [[nodiscard]] base::Result<> listen(std::optional<uint16_t> named_port,
                                      const std::vector<uint16_t>& ports_of_others = {});
  // Returns the port, when it listens.
  [[nodiscard]] uint16_t port() const { return server_->port(); }
  // Returns the URL of the page. Its end is the token that allows changes, which no log may have:
  // it is for the user's terminal.
  [[nodiscard]] std::string url() const;

  // Ends the streams and the requests, and returns when no operation runs any more. Does nothing if
  // it does not listen.
  async::Awaitable<> stop();

 private:
  boost::asio::io_context& io_;
  std::stop_source stopping_;
  const std::string token_;
  log::Log log_;
  ConsoleService service_;
  std::optional<http::Server> server_;  // Empty before listen().
  async::Latch drained_;
};

}  // namespace penstock::local
