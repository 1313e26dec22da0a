#include "processes/child_output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "processes/pipe.h"

namespace penstock::processes {
namespace {

using base::ErrorCode;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{20};

// Runs a shell script whose output is read to its end.
struct Reading {
  explicit Reading(const std::string& script,
                   steady_clock::time_point deadline = steady_clock::now() + kPatience,
                   const std::stop_token& stop = {}, size_t bytes_max = kKeptMax) {
    Pipe pipe = Pipe::make().value();
    Child child = Child::spawn({.program = "/bin/sh",
                                .arguments = {"-c", script},
                                .environment = {{"PATH", "/usr/bin:/bin"}}},
                               {pipe.write_end.get(), STDERR_FILENO})
                      .value();
    pipe.write_end.reset();
    status = read_until_end(child, pipe.read_end.get(), deadline, stop, [&](std::string_view part) {
      bytes += part.size();
      output += part.substr(0, kKeptMax - output.size());
      return bytes <= bytes_max;
    });
  }

  static constexpr size_t kKeptMax = 1000;
  std::string output;  // The beginning of it.
  size_t bytes = 0;
  base::Result<ExitStatus> status;
};

TEST(ReadUntilEnd, ReadsEverythingAndTheStatus) {
  const Reading run("printf one; printf two; exit 3");
  EXPECT_EQ(run.output, "onetwo");
  EXPECT_EQ(run.status->number, 3);
}

TEST(ReadUntilEnd, WaitsForTheEndOfWhoHasClosedItsOutput) {
  const Reading run("printf one; exec >&-; read line; exit 3");
  EXPECT_EQ(run.output, "one");
  EXPECT_EQ(run.status->number, 3);
}

// Before, the end was awaited for 30 s: nobody but the kernel knew of it.
TEST(ReadUntilEnd, EndsEvenIfThisProcessIgnoresTheEnd) {
  const auto before = std::signal(SIGCHLD, SIG_IGN);
  const Reading run("printf one; exit 3");
  std::signal(SIGCHLD, before);
  EXPECT_EQ(run.output, "one");
  ASSERT_TRUE(run.status);
  EXPECT_FALSE(run.status->known);
}

TEST(ReadUntilEnd, ReadsWhatABackgroundProcessPrints) {
  EXPECT_EQ(Reading("(printf two) & wait").output, "two");
}

// Starts a process that survives its group, and keeps the pipe open. Its number is printed.
std::string distant(const std::string& command) {
  return "exec 3>&1; : $(setsid sh -c 'echo $$ >&3; exec " + command + " >&3' &); exit 3";
}

// Says whether the distant process still lived.
bool kill_distant(const std::string& output) {
  const size_t number = output.find_first_of("0123456789");
  return number != std::string::npos && ::kill(std::stoi(output.substr(number)), SIGKILL) == 0;
}

TEST(ReadUntilEnd, EndsEvenIfADistantProcessKeepsThePipe) {
  const Reading run(distant("sleep 1000"));
  ASSERT_TRUE(run.status);
  EXPECT_EQ(run.status->number, 3);
  EXPECT_TRUE(kill_distant(run.output));
}

// Its output never ends, and the pipe is never empty.
TEST(ReadUntilEnd, EndsEvenIfADistantProcessGoesOnPrinting) {
  const Reading run(distant("yes"), steady_clock::now() + kPatience, {}, 1ULL << 40);
  ASSERT_TRUE(run.status);
  EXPECT_EQ(run.status->number, 3);
  (void)kill_distant(run.output);
}

TEST(ReadUntilEnd, EndsAtTheDeadline) {
  const Reading run("exec sleep 1000", steady_clock::now());
  EXPECT_EQ(run.status.error().code, ErrorCode::timed_out);
}

TEST(ReadUntilEnd, EndsWhenItIsAskedTo) {
  std::stop_source stop;
  stop.request_stop();
  const Reading run("sleep 1000 & exec sleep 1000", steady_clock::now() + kPatience,
                    stop.get_token());
  EXPECT_EQ(run.status.error().code, ErrorCode::unavailable);
}

TEST(ReadUntilEnd, EndsWhenTheOutputIsTooLarge) {
  EXPECT_EQ(Reading("exec yes").status.error().code, ErrorCode::too_large);
}

}  // namespace
}  // namespace penstock::processes
