#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <optional>

#include "async/awaitable.h"
#include "async/latch.h"
#include "local/faults/faults.h"
#include "local/mapping/local_mapping.h"
#include "local/processes/terminal.h"
#include "local/system/system_console.h"

namespace penstock::local {

// Runs an event source mapping alone, until a stop signal: `penstock_local esm`.
class MappingProgram {
 public:
  // `console_port` is empty if the user names none, and 0 for no console. `io` and `terminal` must
  // outlive the program.
  MappingProgram(boost::asio::io_context& io, Terminal& terminal, LocalMappingSettings settings,
                 std::optional<uint16_t> console_port);

  // Blocks the main thread (see Child) until everything has stopped, and returns the exit status:
  // EXIT_SUCCESS after a stop, 2 if something that the user wrote is wrong, and EXIT_FAILURE if the
  // start failed for another reason. Call it once.
  [[nodiscard]] int run();

 private:
  // Starts the mapping, waits for a stop, and stops it.
  async::Awaitable<int> serve();
  base::Result<> start();
  base::Result<> start_console();
  base::Result<RedriveTarget> redrive_target();

  boost::asio::io_context& io_;
  Terminal& terminal_;
  SystemConsole console_;  // Outlives the parts, which tell it what happens.
  async::Latch stop_;      // Set when the user or a failure asks for a stop.
  const LocalMappingSettings settings_;
  std::optional<FunctionPool> function_;  // Empty if a URL is invoked.
  std::optional<LocalMapping> mapping_;   // Behind the function, which it invokes.
  std::optional<Faults> faults_;
};

}  // namespace penstock::local
