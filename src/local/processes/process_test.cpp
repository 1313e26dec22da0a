#include "local/processes/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <fstream>
#include <optional>
#include <stdexcept>

#include "local/processes/supervisor.h"
#include "processes/file_descriptor.h"
#include "processes/pipe.h"

namespace penstock::local {
namespace {

using std::chrono::steady_clock;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::chrono::seconds kPatience{20};

processes::Command shell(const std::string& script) {
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
        [this](processes::ExitStatus status) { ended = status; });
    if (!started) throw std::runtime_error(started.error().message);
    process = std::move(*started);
  }
  bool finish() {
    return run_until(io, [this] { return ended.has_value(); });
  }

  boost::asio::io_context io{1};
  std::vector<std::string> lines;
  std::optional<processes::ExitStatus> ended;
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
  const processes::FileDescriptor ours(
      ::dup(STDERR_FILENO));  // Without close-on-exec, as libraries do.
  Script run("ls /proc/self/fd | wc -l");
  ASSERT_TRUE(run.finish());
  EXPECT_THAT(run.lines, ElementsAre("4"));  // Input, output, errors, and the folder that ls reads.
}

TEST(Process, RunsInItsWorkingFolder) {
  boost::asio::io_context io{1};
  std::string line;
  std::optional<processes::ExitStatus> ended;
  processes::Command command = shell("pwd");
  command.working_folder = "/usr/bin";
  const auto process = Process::start(
      io, command, [&](std::string_view text) { line = text; },
      [&](processes::ExitStatus status) { ended = status; });
  ASSERT_TRUE(process);
  ASSERT_TRUE(run_until(io, [&] { return ended.has_value(); }));
  EXPECT_EQ(line, "/usr/bin");

  command.working_folder = "/nowhere";
  const auto failed =
      Process::start(io, command, [](std::string_view) {}, [](processes::ExitStatus) {});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message,
            "cannot run '/bin/sh' in the folder /nowhere: No such file or directory");
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

// A parent that ignores SIGCHLD passes that on.
TEST(Process, EndsEvenIfThisProgramIgnoresItsEnd) {
  const auto before = std::signal(SIGCHLD, SIG_IGN);
  Script run("echo one; exit 3");
  const bool finished = run.finish();
  std::signal(SIGCHLD, before);
  ASSERT_TRUE(finished);
  EXPECT_THAT(run.lines, ElementsAre("one"));
}

// The end of a child's own child that has left the group is nobody's matter here, and its output
// never ends.
TEST(Process, EndsEvenIfADistantProcessGoesOnPrinting) {
  Script run("exec 3>&1; : $(setsid sh -c 'echo $$ >&3; exec yes >&3' &); exit 3");
  ASSERT_TRUE(run.finish());
  EXPECT_EQ(run.ended->text(), "exit status 3");
  (void)::kill(std::stoi(run.lines.at(0)), SIGKILL);
}

TEST(Process, MayEndWhileItsEndIsBeingReported) {
  std::optional<Script> run(std::in_place, "echo one");
  auto* io = &run->io;
  // Both the output and the end wait in the queue, and nothing has looked at them.
  while (::waitid(P_PID, static_cast<id_t>(run->process->pid()), nullptr, WEXITED | WNOWAIT) != 0) {
  }
  run->process.reset();
  EXPECT_FALSE(run->ended);
  io->run();
  EXPECT_FALSE(run->ended);
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
      io, {.program = "/nowhere/program"}, [](std::string_view) {}, [](processes::ExitStatus) {});
  ASSERT_FALSE(process);
  EXPECT_EQ(process.error().message, "cannot run '/nowhere/program': No such file or directory");
}

TEST(Supervisor, StartsAProgramAgainAndStopsIt) {
  boost::asio::io_context io{1};
  const processes::Pipe pipe = processes::Pipe::make().value();
  Terminal terminal(pipe.write_end.get());
  int ended = 0;
  Supervisor supervisor(io, terminal, "program",
                        shell("echo up; trap 'exit 0' TERM; sleep 0.05; exit 7"),
                        {.ended = [&](processes::ExitStatus) { ++ended; }});
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
  text.resize(static_cast<size_t>(::read(pipe.read_end.get(), text.data(), text.size())));
  EXPECT_THAT(text, HasSubstr("program  | up\npenstock | program ended with exit status 7. "
                              "It starts again in 0.25 s\n"));
  EXPECT_THAT(text, HasSubstr("It starts again in 0.5 s\n"));
}

TEST(Supervisor, KillsAProgramThatDoesNotStop) {
  boost::asio::io_context io{1};
  const processes::FileDescriptor nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  Terminal terminal(nowhere.get());
  bool up = false;
  Supervisor supervisor(io, terminal, "program",
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

TEST(Supervisor, KeepsTheLastLinesOfItsProgramAlsoThoseThatAreNotShown) {
  boost::asio::io_context io{1};
  const processes::FileDescriptor nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  Terminal terminal(nowhere.get());
  Supervisor* ended = nullptr;
  Supervisor supervisor(io, terminal, "program",
                        shell("i=0; while [ $i -lt 60 ]; do echo line $i; i=$((i+1)); done; echo"),
                        {.shows = [](std::string_view) { return false; },
                         .ended = [&](processes::ExitStatus) { ended->give_up_restarting(); }});
  ended = &supervisor;
  ASSERT_TRUE(supervisor.start());
  ASSERT_TRUE(run_until(io, [&] { return !supervisor.running(); }));
  EXPECT_TRUE(supervisor.last_words().starts_with("line 11\n")) << supervisor.last_words();
  EXPECT_TRUE(supervisor.last_words().ends_with("line 59\n\n"));
  EXPECT_EQ(supervisor.last_word(), "line 59");
}

TEST(Supervisor, TellsOfLinesStartsAndEndsAndReadsWhatIsThereOnRequest) {
  boost::asio::io_context io{1};
  const processes::FileDescriptor nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  Terminal terminal(nowhere.get());
  std::vector<std::string> heard;
  Supervisor supervisor(
      io, terminal, "program", shell("echo one; sleep 1000"),
      {.shows = [](std::string_view) { return false; },
       .line = [&](std::string_view line) { heard.emplace_back(line); },
       .started = [&] { heard.emplace_back("started"); },
       .ended = [&](processes::ExitStatus status) { heard.push_back(status.text()); },
       .waits = [&](const std::string& sentence) { heard.push_back(sentence); }});
  ASSERT_TRUE(supervisor.start());
  const auto deadline = steady_clock::now() + kPatience;
  while (heard.size() < 2 && steady_clock::now() < deadline) supervisor.read_now();
  EXPECT_THAT(heard, ElementsAre("started", "one"));
  supervisor.signal(SIGKILL);
  ASSERT_TRUE(run_until(io, [&] { return heard.size() == 6; }));
  EXPECT_THAT(heard, ElementsAre("started", "one", "signal 9 (Killed)",
                                 "program ended with signal 9 (Killed). It starts again in 0.25 s",
                                 "started", "one"));
}

TEST(Supervisor, LeavesAHeldProgramAloneUntilTheEndOfTheHold) {
  boost::asio::io_context io{1};
  const processes::FileDescriptor nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  Terminal terminal(nowhere.get());
  int starts = 0;
  int ends = 0;
  std::vector<std::string> why;
  Supervisor supervisor(io, terminal, "program", shell("exec sleep 1000"),
                        {.started = [&] { ++starts; },
                         .ended = [&](processes::ExitStatus) { ++ends; },
                         .waits = [&](const std::string& sentence) { why.push_back(sentence); }});
  ASSERT_TRUE(supervisor.start());
  supervisor.hold(SIGTERM, "program was stopped");
  ASSERT_TRUE(run_until(io, [&] { return ends == 1; }));
  const auto longer_than_a_pause = steady_clock::now() + 2 * Supervisor::kPauseMin;
  while (steady_clock::now() < longer_than_a_pause) io.run_one_until(longer_than_a_pause);
  io.restart();  // It had nothing to wait for.
  EXPECT_FALSE(supervisor.running());
  EXPECT_THAT(why, ElementsAre("program was stopped"));
  supervisor.end_hold();
  ASSERT_TRUE(run_until(io, [&] { return starts == 2; }));
  // A hold that ends before its program has does not lose it.
  supervisor.hold(SIGTERM, "program was stopped again");
  supervisor.end_hold();
  ASSERT_TRUE(run_until(io, [&] { return starts == 3; }));
  EXPECT_EQ(ends, 2);
}

// AddressSanitizer judges it: the callback at the end of the pause is queued already.
TEST(Supervisor, StartsNothingAfterItsOwnEnd) {
  boost::asio::io_context io{1};
  const processes::FileDescriptor nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  Terminal terminal(nowhere.get());
  int lines = 0;
  const auto count = [&](std::string_view) { return ++lines > 0; };
  auto supervisor = std::make_unique<Supervisor>(io, terminal, "program", shell("echo up"),
                                                 Supervisor::Hooks{.shows = count});
  ASSERT_TRUE(supervisor->start());
  ASSERT_TRUE(run_until(io, [&] { return !supervisor->running(); }));
  boost::asio::steady_timer first(io, steady_clock::now());
  first.async_wait([&](const boost::system::error_code&) { supervisor.reset(); });
  const auto both_over = steady_clock::now() + Supervisor::kPauseMin;
  while (steady_clock::now() <= both_over) {
  }
  io.run();
  EXPECT_EQ(lines, 1);
}

}  // namespace
}  // namespace penstock::local
