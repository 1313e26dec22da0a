#include "local/processes/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <csignal>
#include <fstream>
#include <optional>
#include <stdexcept>

#include "local/processes/file_descriptor.h"
#include "local/processes/supervisor.h"

namespace penstock::local {
namespace {

using std::chrono::steady_clock;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::chrono::seconds kPatience{20};

Command shell(const std::string& script) {
  return {.program = "/bin/sh",
          .arguments = {"-c", script},
          .environment = {{"PATH", "/usr/bin:/bin"}}};
}

// Runs the io_context until the condition holds; false at the deadline.
template <class Condition>
bool run_until(boost::asio::io_context& io, Condition condition) {
  const auto deadline = steady_clock::now() + kPatience;
  while (!condition() && steady_clock::now() < deadline) io.run_one_until(deadline);
  return condition();
}

// What a script says, line by line, and how it ends.
struct Script {
  explicit Script(const std::string& script) {
    auto started = Process::start(
        io, shell(script), [this](std::string_view line) { lines.emplace_back(line); },
        [this](ExitStatus status) { ended = status; });
    if (!started) throw std::runtime_error(started.error().message);
    process = std::move(*started);
  }
  bool finish() {
    return run_until(io, [this] { return ended.has_value(); });
  }

  boost::asio::io_context io{1};
  std::vector<std::string> lines;
  std::optional<ExitStatus> ended;
  std::unique_ptr<Process> process;
};

// A zombie that nobody has collected yet is gone.
bool exists(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string number;
  std::string name;
  std::string state;
  return (file >> number >> name >> state) && state != "Z";
}

bool gone_in_time(pid_t pid) {
  const auto deadline = steady_clock::now() + kPatience;
  while (exists(pid) && steady_clock::now() < deadline) ::usleep(1000);
  return !exists(pid);
}

TEST(Process, passes_on_output_and_errors_line_by_line_and_the_status) {
  Script run("echo one; echo two >&2; printf three; exit 3");
  ASSERT_TRUE(run.finish());
  EXPECT_THAT(run.lines, ElementsAre("one", "two", "three"));
  EXPECT_EQ(run.ended->text(), "exit status 3");
}

TEST(Process, gets_no_input_and_only_the_environment_that_it_is_given) {
  Script run("cat; echo \"$HOME.$PATH\"");
  ASSERT_TRUE(run.finish());
  EXPECT_THAT(run.lines, ElementsAre("./usr/bin:/bin"));
}

TEST(Process, gets_no_descriptor_of_ours) {
  const FileDescriptor ours(::dup(STDERR_FILENO));  // Without close-on-exec, as libraries do.
  Script run("ls /proc/self/fd | wc -l");
  ASSERT_TRUE(run.finish());
  EXPECT_THAT(run.lines, ElementsAre("4"));  // Input, output, errors, and the folder that ls reads.
}

TEST(Process, cuts_a_line_that_is_too_long) {
  Script run("head -c 3000000 /dev/zero | tr '\\0' x; echo; echo after");
  ASSERT_TRUE(run.finish());
  ASSERT_EQ(run.lines.size(), 2u);
  EXPECT_EQ(run.lines[0].size(), Process::kLineBytesMax + std::string(" (cut)").size());
  EXPECT_EQ(run.lines[1], "after");
}

TEST(Process, ends_by_a_signal_with_all_that_it_started) {
  Script run("sleep 1000 & echo $!; wait");
  ASSERT_TRUE(run_until(run.io, [&] { return !run.lines.empty(); }));
  const pid_t grandchild = std::stoi(run.lines[0]);
  ASSERT_TRUE(exists(grandchild));
  ::kill(run.process->pid(), SIGTERM);  // The shell alone.
  ASSERT_TRUE(run.finish());
  EXPECT_THAT(run.ended->text(), HasSubstr("signal 15"));
  EXPECT_TRUE(gone_in_time(grandchild));
}

TEST(Process, is_killed_with_its_owner) {
  std::optional<Script> run(std::in_place, "echo up; exec sleep 1000");
  ASSERT_TRUE(run_until(run->io, [&] { return !run->lines.empty(); }));
  const pid_t pid = run->process->pid();
  run.reset();
  EXPECT_FALSE(exists(pid));
}

TEST(Process, says_what_cannot_be_run) {
  boost::asio::io_context io{1};
  const auto process = Process::start(
      io, {.program = "/nowhere/program"}, [](std::string_view) {}, [](ExitStatus) {});
  ASSERT_FALSE(process);
  EXPECT_EQ(process.error().message, "cannot run '/nowhere/program': No such file or directory");
}

// A process between us and the child is killed as by kill -9: the child must not survive it.
TEST(Child, ends_when_its_parent_is_killed) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const FileDescriptor read_end(ends[0]);
  const FileDescriptor write_end(ends[1]);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // So that we can collect the orphan.
  const pid_t parent = ::fork();
  if (parent == 0) {
    auto child = Child::spawn(shell("exec sleep 1000"), STDERR_FILENO);
    const pid_t pid = child ? child->pid() : -1;
    if (::write(write_end.get(), &pid, sizeof pid) == sizeof pid) ::kill(::getpid(), SIGKILL);
    ::_exit(1);
  }
  pid_t pid = -1;
  ASSERT_EQ(::read(read_end.get(), &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
  ASSERT_GT(pid, 0);
  ::waitpid(parent, nullptr, 0);
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

TEST(Supervisor, starts_a_program_again_and_stops_it) {
  boost::asio::io_context io{1};
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const FileDescriptor read_end(ends[0]);
  const FileDescriptor write_end(ends[1]);
  Console console(write_end.get());
  int ended = 0;
  Supervisor supervisor(io, console, "program",
                        shell("echo up; trap 'exit 0' TERM; sleep 0.05; exit 7"),
                        {.ended = [&](ExitStatus) { ++ended; }});
  ASSERT_TRUE(supervisor.start());
  ASSERT_TRUE(run_until(io, [&] { return ended == 2; }));
  bool stopped = false;
  boost::asio::co_spawn(
      io.get_executor(),
      [&]() -> async::Awaitable<> {
        co_await supervisor.stop(SIGTERM, kPatience);
        stopped = true;
      },
      boost::asio::detached);
  ASSERT_TRUE(run_until(io, [&] { return stopped; }));
  EXPECT_FALSE(supervisor.running());
  std::string text(4096, '\0');
  text.resize(static_cast<size_t>(::read(read_end.get(), text.data(), text.size())));
  EXPECT_THAT(text, HasSubstr("program  | up\npenstock | program ended with exit status 7, "
                              "starting it again in 0.25 s\n"));
  EXPECT_THAT(text, HasSubstr("starting it again in 0.5 s\n"));
}

TEST(Supervisor, kills_a_program_that_does_not_stop) {
  boost::asio::io_context io{1};
  const FileDescriptor nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  Console console(nowhere.get());
  bool up = false;
  Supervisor supervisor(io, console, "program",
                        shell("trap '' TERM; echo up; while :; do sleep 1000; done"),
                        {.shows = [&](std::string_view) { return up = true; }});
  ASSERT_TRUE(supervisor.start());
  ASSERT_TRUE(run_until(io, [&] { return up; }));
  bool stopped = false;
  boost::asio::co_spawn(
      io.get_executor(),
      [&]() -> async::Awaitable<> {
        co_await supervisor.stop(SIGTERM, std::chrono::milliseconds(50));
        stopped = true;
      },
      boost::asio::detached);
  ASSERT_TRUE(run_until(io, [&] { return stopped; }));
  EXPECT_FALSE(supervisor.running());
}

}  // namespace
}  // namespace penstock::local
