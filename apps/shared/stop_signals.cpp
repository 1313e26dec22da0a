#include "apps/shared/stop_signals.h"

#include <utility>

#include "processes/signals.h"

namespace penstock::apps {

StopSignals::StopSignals(boost::asio::io_context& io, std::function<void()> stop) : signals_(io) {
  for (const int number : processes::stop_signals()) signals_.add(number);
  signals_.async_wait([stop = std::move(stop)](const boost::system::error_code& error, int) {
    if (!error) stop();
  });
}

}  // namespace penstock::apps
