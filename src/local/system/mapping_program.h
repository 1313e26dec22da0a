#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <optional>

#include "async/latch.h"
#include "base/result.h"
#include "local/mapping/local_mapping.h"
#include "local/processes/console.h"

namespace penstock::local {

// An event source mapping by itself, until SIGINT or SIGTERM: `penstock_local esm`.
class MappingProgram {
 public:
  MappingProgram(boost::asio::io_context& io, Console& console, LocalMappingSettings settings);

  // Blocks until everything has stopped; the program's exit status.
  [[nodiscard]] int run();

 private:
  async::Awaitable<> life();
  void wait_for_signal();

  boost::asio::io_context& io_;
  Console& console_;
  LocalMapping mapping_;
  boost::asio::signal_set signals_;
  async::Latch stop_;
  bool finished_ = false;
  int exit_status_ = 0;
};

}  // namespace penstock::local
