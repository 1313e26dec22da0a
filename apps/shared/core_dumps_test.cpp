#include "apps/shared/core_dumps.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace penstock::apps {
namespace {

// Runs `work` in a process of its own, and returns its status as wait(2) does.
template <class Work>
int status_of(Work work) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    work();
    ::_exit(0);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  return status;
}

TEST(CoreDumps, AreOff) {
  const int status = status_of([] {
    rlimit limit{};
    ::getrlimit(RLIMIT_CORE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_CORE, &limit);
    const rlim_t most = limit.rlim_max;
    forbid_core_dumps();
    ::getrlimit(RLIMIT_CORE, &limit);
    // The limit is for the programs that it starts, which may be allowed to leave dumps.
    const bool off = ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 && limit.rlim_cur == most;
    ::_exit(off ? 7 : 1);
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

TEST(CoreDumps, AreNotLeftByACrash) {
  const int status = status_of([] {
    rlimit limit{};
    ::getrlimit(RLIMIT_CORE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_CORE, &limit);
    forbid_core_dumps();
    std::signal(SIGABRT, SIG_DFL);
    std::abort();
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGABRT);
  EXPECT_FALSE(WCOREDUMP(status));
}

}  // namespace
}  // namespace penstock::apps
