#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <functional>

namespace penstock::apps {

// Waits for the signals that ask a program to end in order (processes::stop_signals()).
class StopSignals {
 public:
  // From now on the first of these signals calls `stop` on the thread that runs `io`, and later
  // signals do nothing. `io` must outlive this object. Until the first signal, or the end of this
  // object, io.run() has something to wait for and does not return. Throws
  // boost::system::system_error if the signals cannot be caught.
  StopSignals(boost::asio::io_context& io, std::function<void()> stop);

 private:
  boost::asio::signal_set signals_;
};

}  // namespace penstock::apps
