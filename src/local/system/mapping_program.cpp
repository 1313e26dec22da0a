#include "local/system/mapping_program.h"

#include <boost/asio/co_spawn.hpp>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace penstock::local {
namespace {

constexpr std::chrono::seconds kDrainPatience{5};  // What is in the topics goes to the function.

}  // namespace

MappingProgram::MappingProgram(boost::asio::io_context& io, Console& console, LocalMappingSettings settings)
    : io_(io),
      console_(console),
      mapping_(io, console, std::move(settings)),
      signals_(io, SIGINT, SIGTERM),
      stop_(io) {}

int MappingProgram::run() {
  wait_for_signal();
  boost::asio::co_spawn(io_.get_executor(), life(), [this](const std::exception_ptr& failure) {
    finished_ = true;
    signals_.cancel();
    if (failure) std::rethrow_exception(failure);
  });
  while (!finished_) io_.run_one();
  io_.run_for(std::chrono::seconds(1));  // What has been cancelled comes to its end.
  return exit_status_;
}

void MappingProgram::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int) {
    if (error) return;
    if (stop_.is_set()) {
      mapping_.kill();
      std::_Exit(128 + SIGINT);
    }
    console_.line("penstock", "stopping; once more Ctrl-C stops at once");
    stop_.set();
    wait_for_signal();
  });
}

async::Awaitable<> MappingProgram::life() {
  const auto started = mapping_.start();
  if (!started) {
    console_.line("penstock", base::describe(started.error()));
    exit_status_ = EXIT_FAILURE;
    stop_.set();
  }
  co_await stop_.wait_until(std::chrono::steady_clock::time_point::max());
  co_await mapping_.stop(started ? kDrainPatience : std::chrono::seconds(0));
  if (started) console_.line("penstock", "stopped");
}

}  // namespace penstock::local
