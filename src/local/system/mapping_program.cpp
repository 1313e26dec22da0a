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

MappingProgram::MappingProgram(boost::asio::io_context& io, Console& console,
                               LocalMappingSettings settings)
    : io_(io), console_(console), mapping_(io, console, std::move(settings)), stop_(io) {}

int MappingProgram::run() {
  return run_until_done(
      io_, serve(), [this] { stop_in_two_steps(stop_, console_, [this] { mapping_.kill(); }); });
}

async::Awaitable<int> MappingProgram::serve() {
  const auto started = mapping_.start();
  if (!started) {
    console_.line("penstock", base::describe(started.error()));
    stop_.set();
  }
  co_await stop_.wait_until(std::chrono::steady_clock::time_point::max());
  co_await mapping_.stop(started ? kDrainPatience : std::chrono::seconds(0));
  if (started) console_.line("penstock", "stopped");
  if (started) co_return EXIT_SUCCESS;
  co_return started.error().code == base::ErrorCode::invalid ? kWrong : EXIT_FAILURE;
}

}  // namespace penstock::local
