#include "local/system/mapping_program.h"

#include <chrono>
#include <cstdlib>
#include <utility>

#include "local/processes/run_until_done.h"
#include "local/system/two_step_stop.h"

namespace penstock::local {
namespace {

// Records that are left are handed over within this time.
constexpr std::chrono::seconds kDrainPatience{5};
// Ends the program if something that the user wrote is wrong. Starting it again does not help.
constexpr int kWrong = 2;

}  // namespace

MappingProgram::MappingProgram(boost::asio::io_context& io, Terminal& terminal,
                               LocalMappingSettings settings)
    : io_(io), terminal_(terminal), stop_(io) {
  if (settings.invoke_url.empty()) function_.emplace(io, terminal, settings.pool());
  mapping_.emplace(io, terminal, function_ ? &*function_ : nullptr, std::move(settings));
}

int MappingProgram::run() {
  return run_until_done(io_, serve(), [this] {
    stop_in_two_steps(stop_, terminal_, [this] {
      if (function_) function_->kill();
    });
  });
}

async::Awaitable<int> MappingProgram::serve() {
  base::Result<> started;
  if (function_) started = function_->start();
  if (started) started = mapping_->start();
  if (!started) {
    terminal_.fault("penstock", base::describe(started.error()));
    stop_.set();
  }
  co_await stop_.wait_until(std::chrono::steady_clock::time_point::max());
  mapping_->ask_to_stop(started ? kDrainPatience : std::chrono::seconds(0));
  co_await mapping_->ended();
  if (function_) co_await function_->stop();
  if (started) terminal_.line("penstock", "stopped");
  if (started) co_return EXIT_SUCCESS;
  co_return started.error().code == base::ErrorCode::invalid ? kWrong : EXIT_FAILURE;
}

}  // namespace penstock::local
