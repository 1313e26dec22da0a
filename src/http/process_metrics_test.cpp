#include "http/process_metrics.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <vector>

namespace penstock::http {
namespace {

using testing::HasSubstr;

std::map<std::string, double> written() {
  std::string text;
  ProcessMetrics().write(text);
  std::map<std::string, double> values;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    const size_t blank = line.find(' ');
    values[line.substr(0, blank)] = std::stod(line.substr(blank));
  }
  return values;
}

TEST(ProcessMetrics, TellsWhatTheProcessUses) {
  const auto before = written();
  EXPECT_GT(before.at("process_resident_memory_bytes"), 1e6);
  EXPECT_GT(before.at("process_virtual_memory_bytes"), before.at("process_resident_memory_bytes"));
  const double now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_NEAR(before.at("process_start_time_seconds"), now, 60);
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  EXPECT_EQ(before.at("process_max_fds"), static_cast<double>(limit.rlim_cur));

  std::vector<char> memory(64 << 20, 'x');
  std::vector<int> descriptors;
  for (int i = 0; i < 100; ++i) descriptors.push_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const auto after = written();
  for (const int descriptor : descriptors) ::close(descriptor);
  EXPECT_EQ(after.at("process_open_fds"), before.at("process_open_fds") + 100);
  EXPECT_GT(after.at("process_resident_memory_bytes"),
            before.at("process_resident_memory_bytes") + (60 << 20));
  EXPECT_GT(after.at("process_cpu_seconds_total"), before.at("process_cpu_seconds_total"));
}

// The API forbids core dumps, and then /proc/self belongs to root; in its image it is another user.
TEST(ProcessMetrics, TellsItWithoutCoreDumpsAndPrivileges) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(2);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    const auto values = written();
    ::_exit(values.contains("process_resident_memory_bytes") && values.at("process_open_fds") > 2
                ? 0
                : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

class MemoryLimitTest : public testing::Test {
 protected:
  MemoryLimitTest() {
    std::string name = (std::filesystem::temp_directory_path() / "cgroupXXXXXX").string();
    root_ = ::mkdtemp(name.data());
  }
  ~MemoryLimitTest() override { std::filesystem::remove_all(root_); }

  void put(const std::string& file, const std::string& text) const {
    const std::filesystem::path path = root_ + "/" + file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }

  std::string root_;
};

TEST_F(MemoryLimitTest, IsTheSmallestOfTheGroupsAbove) {
  put("a/b/memory.max", "max\n");
  put("a/memory.max", "67108864\n");
  put("memory.max", "134217728\n");
  EXPECT_EQ(memory_limit("0::/a/b\n", root_), 67108864u);
  EXPECT_EQ(memory_limit("0::/\n", root_), 134217728u);
  EXPECT_EQ(memory_limit("0::/a/gone", root_), 67108864u);
}

TEST_F(MemoryLimitTest, IsReadInVersion1Too) {
  put("memory/t/memory.limit_in_bytes", "67108864\n");
  put("memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(memory_limit("5:cpu:/t\n4:memory:/t\n0::/\n", root_), 67108864u);
  EXPECT_EQ(memory_limit("4:memory:/\n0::/\n", root_), std::nullopt);
}

TEST_F(MemoryLimitTest, IsNothingIfNothingIsKnown) {
  put("memory.max", "max\n");
  for (const std::string_view text : {"", "\n", "0", "0:", "0::", "0::/", ":::", "0::a\n\n"}) {
    EXPECT_EQ(memory_limit(text, root_), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace penstock::http
