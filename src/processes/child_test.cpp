#include "processes/child.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>

#include "processes/pipe.h"

namespace {

// Keeps the calls that end a child, in their order. The functions below replace those of the C
// library.
std::vector<std::string>* recorded = nullptr;

void record(const std::string& call) {
  if (recorded != nullptr) recorded->push_back(call);
}

}  // namespace

extern "C" int waitid(idtype_t type, id_t id, siginfo_t* info, int options) noexcept(false) {
  record((options & WNOWAIT) != 0 ? "look" : "reap");
  return static_cast<int>(::syscall(SYS_waitid, type, id, info, options, nullptr));
}

extern "C" int killpg(pid_t group, int number) noexcept {
  record("kill the group");
  return ::kill(-group, number);
}

namespace penstock::processes {
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

// Runs a shell script, and keeps its lines and how it has ended.
struct Script {
  explicit Script(const std::string& script) : Script(shell(script)) {}
  explicit Script(const Command& command)
      : child(Child::spawn(command, pipe.write_end.get()).value()) {
    pipe.write_end.reset();
  }
  std::string output() {
    std::string text;
    std::array<char, 4096> part;
    ssize_t count = 0;
    while ((count = ::read(pipe.read_end.get(), part.data(), part.size())) > 0) {
      text.append(part.data(), static_cast<size_t>(count));
    }
    return text;
  }
  std::string line() {
    std::string text;
    char byte = 0;
    while (::read(pipe.read_end.get(), &byte, 1) == 1 && byte != '\n') text += byte;
    return text;
  }
  ExitStatus end() { return child.wait_until(steady_clock::now() + kPatience).value(); }

  Pipe pipe = Pipe::make().value();
  Child child;
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

// Gives a signal another disposition as long as it lives.
class Disposition {
 public:
  Disposition(int number, void (*handler)(int))
      : number_(number), before_(std::signal(number, handler)) {}
  Disposition(const Disposition&) = delete;
  Disposition& operator=(const Disposition&) = delete;
  ~Disposition() { std::signal(number_, before_); }

 private:
  const int number_;
  void (*const before_)(int);
};

// Makes this process one of an older kernel, which does not know the system call. It cannot be
// undone.
void forget_call(unsigned number) {
  std::array<sock_filter, 4> steps{
      sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const sock_fprog program{.len = steps.size(), .filter = steps.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    std::cerr << "seccomp: " << std::strerror(errno);
  }
}

[[noreturn]] void spawn_without(unsigned call) {
  forget_call(call);
  const auto child = Child::spawn(shell("true"), STDERR_FILENO);
  std::cerr << (child ? "it runs" : child.error().message);
  std::_Exit(child ? 0 : 1);
}

TEST(Child, SaysHowItHasEnded) {
  EXPECT_EQ(Script("exit 3").end().text(), "exit status 3");
  EXPECT_EQ(Script("kill -9 $$").end().text(), "signal 9 (Killed)");
  Script twice("exit 4");
  EXPECT_EQ(twice.end().number, 4);
  EXPECT_EQ(twice.child.ended()->number, 4);
}

TEST(Child, RunsUntilTheDeadline) {
  Script run("read line");
  Script waits("exec sleep 1000");
  EXPECT_FALSE(waits.child.wait_until(steady_clock::now()));
  EXPECT_FALSE(waits.child.ended());
  EXPECT_EQ(run.end().number, 1);  // Its input is empty.
}

// Who starts a program with SIGCHLD ignored, such as some cron jobs and container entry points,
// makes the kernel throw away how children have ended.
TEST(Child, EndsEvenIfThisProcessIgnoresItsEnd) {
  const Disposition ignored(SIGCHLD, SIG_IGN);
  Script run("echo up; exit 3");
  const auto status = run.child.wait_until(steady_clock::now() + kPatience);
  ASSERT_TRUE(status);
  EXPECT_FALSE(status->known);
  EXPECT_EQ(status->text(), "an unknown status");
  EXPECT_EQ(run.output(), "up\n");
  run.child.signal(SIGKILL);  // Reaches nobody.
}

TEST(Child, EndsEvenIfOtherCodeHasWaitedForIt) {
  Script run("exit 3");
  ASSERT_EQ(::waitpid(run.child.pid(), nullptr, 0), run.child.pid());
  EXPECT_FALSE(run.end().known);
}

TEST(Child, IsKilledEvenIfThisProcessIgnoresItsEnd) {
  const Disposition ignored(SIGCHLD, SIG_IGN);
  pid_t pid = -1;
  {
    Script run("echo up; exec sleep 1000");
    ASSERT_EQ(run.line(), "up");
    pid = run.child.pid();
  }
  EXPECT_FALSE(exists(pid));
}

TEST(Child, TakesItsGroupWithIt) {
  Script run("sleep 1000 >/dev/null & echo $!");
  const pid_t grandchild = std::stoi(run.line());
  run.end();
  EXPECT_TRUE(gone_in_time(grandchild));
}

// A group is known by its leader's number, which another group may have as soon as the leader's
// end has been taken.
TEST(Child, KillsTheGroupBeforeItsNumberIsFree) {
  std::vector<std::string> calls;
  Script run("exit 3");
  ASSERT_TRUE(
      wait_until_readable(std::array{run.child.descriptor()}, steady_clock::now() + kPatience));
  recorded = &calls;
  const auto status = run.child.ended();
  run.child.signal(SIGTERM);
  recorded = nullptr;
  EXPECT_EQ(status->number, 3);
  EXPECT_THAT(calls, ElementsAre("look", "kill the group", "reap"));
}

TEST(Child, IsKilledEvenIfItHasLeftItsGroup) {
  const auto python = R"(
import os, time
os.setpgid(0, os.getpgid(os.getppid()))
print("up", flush=True)
time.sleep(1000)
)";
  pid_t pid = -1;
  {
    Script run({.program = "python3",
                .arguments = {"-c", python},
                .environment = {{"PATH", "/usr/bin:/bin"}}});
    ASSERT_EQ(run.line(), "up");
    pid = run.child.pid();
  }
  EXPECT_FALSE(exists(pid));
}

TEST(Child, InheritsNoDescriptor) {
  const FileDescriptor ours(::dup(STDERR_FILENO));  // Without close-on-exec, as libraries do.
  // The last one is the folder that ls reads.
  EXPECT_EQ(Script("exec ls -x /proc/self/fd").output(), "0  1  2  3\n");
}

// A program may be started without any open descriptor, and then gets 0 to 2 for its own purposes.
TEST(Child, HasItsDescriptorsEvenIfThisProcessHasNone) {
  const FileDescriptor result(::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  const pid_t process = ::fork();
  if (process == 0) {
    for (int fd = 0; fd <= 2; ++fd) ::close(fd);
    const int output = ::dup(result.get());
    auto child = Child::spawn(shell("echo out; echo errors >&2; readlink /proc/self/fd/0"), output);
    ::_exit(child && child->wait_until(steady_clock::now() + kPatience) ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(process, &status, 0), process);
  EXPECT_EQ(status, 0);
  std::string text(100, '\0');
  text.resize(static_cast<size_t>(::pread(result.get(), text.data(), text.size(), 0)));
  EXPECT_EQ(text, "out\nerrors\n/dev/null\n");
}

TEST(Child, KeepsOutputAndErrorsApart) {
  Pipe output = Pipe::make().value();
  Pipe errors = Pipe::make().value();
  auto child = Child::spawn(shell("echo out; echo errors >&2"),
                            {output.write_end.get(), errors.write_end.get()});
  ASSERT_TRUE(child && child->wait_until(steady_clock::now() + kPatience));
  EXPECT_EQ(bytes_to_read(output.read_end.get()), std::string("out\n").size());
  EXPECT_EQ(bytes_to_read(errors.read_end.get()), std::string("errors\n").size());
}

TEST(Child, HasOutputsEvenIfThisProcessHasClosedThem) {
  auto child = Child::spawn(shell("echo lost >&2 || exit 1; echo lost || exit 1"), -1);
  ASSERT_TRUE(child);
  EXPECT_EQ(child->wait_until(steady_clock::now() + kPatience)->number, 0);
}

TEST(Child, HasFreshSignals) {
  const Disposition pipes(SIGPIPE, SIG_IGN);
  const Disposition children(SIGCHLD, SIG_IGN);
  sigset_t blocked;
  sigset_t before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const std::string text = Script("exec grep -E 'Sig(Blk|Ign)' /proc/self/status").output();
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(text, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST(Child, IgnoresHangupUnderNohup) {
  const Disposition hangup(SIGHUP, SIG_IGN);
  EXPECT_EQ(Script("exec grep SigIgn /proc/self/status").output(), "SigIgn:\t0000000000000001\n");
}

TEST(Child, SaysWhatCannotBeRun) {
  EXPECT_EQ(Child::spawn({.program = "/nowhere/program"}, STDERR_FILENO).error().message,
            "cannot run '/nowhere/program': No such file or directory");
  EXPECT_EQ(Child::spawn({.program = "/tmp"}, STDERR_FILENO).error().message,
            "cannot run '/tmp': Permission denied");
  Command command = shell("true");
  command.working_folder = "/nowhere";
  const auto failed = Child::spawn(command, STDERR_FILENO);
  EXPECT_EQ(failed.error().message,
            "cannot run '/bin/sh' in the folder /nowhere: No such file or directory");
  EXPECT_EQ(failed.error().code, base::ErrorCode::not_found);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);  // Nothing is left of them.
}

TEST(Child, SaysThatTheKernelIsTooOld) {
  EXPECT_EXIT(spawn_without(SYS_pidfd_open), ::testing::ExitedWithCode(1),
              HasSubstr("cannot run '/bin/sh' and watch it (pidfd_open needs Linux 5.3 or later): "
                        "Function not implemented"));
  EXPECT_EXIT(spawn_without(SYS_close_range), ::testing::ExitedWithCode(1),
              HasSubstr("cannot run '/bin/sh' without inherited descriptors (close_range needs "
                        "Linux 5.9 or later): Function not implemented"));
}

// Here a process spawns a child and is then killed. The child must not survive it.
TEST(Child, EndsWhenItsParentIsKilled) {
  const Pipe pipe = Pipe::make().value();
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // Makes the orphan a child of this process.
  const pid_t parent = ::fork();
  if (parent == 0) {
    auto child = Child::spawn(shell("exec sleep 1000"), STDERR_FILENO);
    const pid_t pid = child ? child->pid() : -1;
    if (::write(pipe.write_end.get(), &pid, sizeof pid) == sizeof pid) {
      ::kill(::getpid(), SIGKILL);
    }
    ::_exit(1);
  }
  pid_t pid = -1;
  ASSERT_EQ(::read(pipe.read_end.get(), &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
  ASSERT_GT(pid, 0);
  ::waitpid(parent, nullptr, 0);
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

}  // namespace
}  // namespace penstock::processes
