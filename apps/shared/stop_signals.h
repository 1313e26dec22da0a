#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <functional>

namespace penstock::apps {

// SIGINT and SIGTERM, which ask a program to end in order.
class StopSignals {
 public:
  // From now on: the first of them calls `stop` on the io_context's thread; the next ones do
  // nothing.
  StopSignals(boost::asio::io_context& io, std::function<void()> stop);

 private:
  boost::asio::signal_set signals_;
};

}  // namespace penstock::apps
