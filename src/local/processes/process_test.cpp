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

// Runs the io_context until the condition holds. Returns false at the deadline.
template <class Condition>
bool run_until(boost::asio::io_context& io, Condition condition) {
  const auto deadline = steady_clock::now() + kPatience;
  while (!condition() && steady_clock::now() < deadline) io.run_one_until(deadline);
  return condition();
}

// Runs a shell script, and keeps its lines and how it ended.
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

// Says whether the process exists. A zombie does not count.
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

TEST(Process, PassesOnOutputAndErrorsLineByLineAndTheStatus) {
  Script run("echo one; echo two >&2; printf three; exit 3");
  ASSERT_TRUE(run.finish());
  EXPECT_THAT(run.lines, ElementsAre("one", "two", "three"));
  EXPECT_EQ(run.ended->text(), "exit status 3");
}

TEST(Process, GetsNoInputAndOnlyTheEnvironmentThatItIsGiven) {
  Script run("cat; echo \"$HOME.$PATH\"");
  ASSERT_TRUE(run.finish());
  EXPECT_THAT(run.lines, ElementsAre("./usr/bin:/bin"));
}

TEST(Process, InheritsNoDescriptor) {
  const FileDescriptor ours(::dup(STDERR_FILENO));  // Without close-on-exec, as libraries do.
  Script run("ls /proc/self/fd | wc -l");
  ASSERT_TRUE(run.finish());
  EXPECT_THAT(run.lines, ElementsAre("4"));  // Input, output, errors, and the folder that ls reads.
}

TEST(Process, RunsInItsWorkingFolder) {
  boost::asio::io_context io{1};
  std::string line;
  std::optional<ExitStatus> ended;
  Command command = shell("pwd");
  command.working_folder = "/usr/bin";
  const auto process = Process::start(
      io, command, [&](std::string_view text) { line = text; },
      [&](ExitStatus status) { ended = status; });
  ASSERT_TRUE(process);
  ASSERT_TRUE(run_until(io, [&] { return ended.has_value(); }));
  EXPECT_EQ(line, "/usr/bin");

  command.working_folder = "/nowhere";
  const auto failed = Process::start(io, command, [](std::string_view) {}, [](ExitStatus) {});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "cannot run '/bin/sh': No such file or directory");
}

TEST(Process, CutsALineThatIsTooLong) {
  Script run("head -c 3000000 /dev/zero | tr '\\0' x; echo; echo after");
  ASSERT_TRUE(run.finish());
  ASSERT_EQ(run.lines.size(), 2u);
  EXPECT_EQ(run.lines[0].size(), Process::kLineBytesMax + std::string(" (cut)").size());
  EXPECT_EQ(run.lines[1], "after");
}

TEST(Process, EndsByASignalWithAllThatItStarted) {
  Script run("sleep 1000 & echo $!; wait");
  ASSERT_TRUE(run_until(run.io, [&] { return !run.lines.empty(); }));
  const pid_t grandchild = std::stoi(run.lines[0]);
  ASSERT_TRUE(exists(grandchild));
  ::kill(run.process->pid(), SIGTERM);  // Ends the shell only.
  ASSERT_TRUE(run.finish());
  EXPECT_THAT(run.ended->text(), HasSubstr("signal 15"));
  EXPECT_TRUE(gone_in_time(grandchild));
}

TEST(Process, IsKilledWithItsOwner) {
  std::optional<Script> run(std::in_place, "echo up; exec sleep 1000");
  ASSERT_TRUE(run_until(run->io, [&] { return !run->lines.empty(); }));
  const pid_t pid = run->process->pid();
  run.reset();
  EXPECT_FALSE(exists(pid));
}

TEST(Process, SaysWhatCannotBeRun) {
  boost::asio::io_context io{1};
  const auto process = Process::start(
      io, {.program = "/nowhere/program"}, [](std::string_view) {}, [](ExitStatus) {});
  ASSERT_FALSE(process);
  EXPECT_EQ(process.error().message, "cannot run '/nowhere/program': No such file or directory");
}

// Here a process spawns a child and is then killed. The child must not survive it.
TEST(Child, EndsWhenItsParentIsKilled) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const FileDescriptor read_end(ends[0]);
  const FileDescriptor write_end(ends[1]);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // Makes the orphan a child of this process.
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

TEST(Supervisor, StartsAProgramAgainAndStopsIt) {
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
  EXPECT_THAT(text, HasSubstr("program  | up\npenstock | program ended with exit status 7. "
                              "It starts again in 0.25 s\n"));
  EXPECT_THAT(text, HasSubstr("It starts again in 0.5 s\n"));
}

TEST(Supervisor, KillsAProgramThatDoesNotStop) {
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
