#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <functional>

namespace penstock::apps {

// Waits for SIGINT and SIGTERM, which ask a program to end in an orderly way.
class StopSignals {
 public:
  // From now on the first of these signals calls `stop` on the thread of `io`, which must outlive
  // this object. Later signals do nothing.
  StopSignals(boost::asio::io_context& io, std::function<void()> stop);

 private:
  boost::asio::signal_set signals_;
};

}  // namespace penstock::apps
