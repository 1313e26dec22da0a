#include "apps/shared/stop_signals.h"

#include <csignal>
#include <utility>

namespace penstock::apps {

StopSignals::StopSignals(boost::asio::io_context& io, std::function<void()> stop)
    : signals_(io, SIGINT, SIGTERM) {
  signals_.async_wait([stop = std::move(stop)](const boost::system::error_code& error, int) {
    if (!error) stop();
  });
}

}  // namespace penstock::apps
