#include "local/watch/build.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "processes/file_descriptor.h"

namespace penstock::local {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::Not;

constexpr std::chrono::seconds kPatience{20};

// Says whether the process has ended. Nobody may have waited for it.
bool has_ended(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return text.empty() || text.find(") Z ") != std::string::npos;
}

class BuildTest : public testing::Test {
 protected:
  BuildTest() {
    std::string pattern = fs::temp_directory_path() / "build_test.XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    output_ = processes::FileDescriptor(
        ::open((folder_ / "output").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    terminal_.emplace(output_.get());
  }
  ~BuildTest() override { fs::remove_all(folder_); }

  void begin(const std::string& command) {
    build_.emplace(io_, *terminal_, command, folder_);
    boost::asio::co_spawn(
        io_.get_executor(), [this]() -> async::Awaitable<> { result_ = co_await build_->run(); },
        boost::asio::detached);
  }
  template <class Condition>
  bool run_until(Condition condition) {
    const auto deadline = steady_clock::now() + kPatience;
    io_.restart();
    while (!condition() && steady_clock::now() < deadline) {
      io_.run_one_for(std::chrono::milliseconds(20));
    }
    return condition();
  }
  bool finish() {
    return run_until([this] { return result_.has_value(); });
  }
  [[nodiscard]] std::string text_of(const std::string& name) const {
    std::ifstream file(folder_ / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  boost::asio::io_context io_{1};
  fs::path folder_;
  processes::FileDescriptor output_;
  std::optional<Terminal> terminal_;
  std::optional<Build> build_;
  std::optional<Build::Result> result_;
};

TEST_F(BuildTest, RunsInItsFolderAndShowsNothingIfItSucceeds) {
  begin("echo noise; echo made > made");
  ASSERT_TRUE(finish());
  EXPECT_EQ(result_, Build::Result::succeeded);
  EXPECT_EQ(text_of("made"), "made\n");
  EXPECT_EQ(text_of("output"), "");
}

TEST_F(BuildTest, ShowsTheCompilersMessagesOfAFailureWithoutTheProgress) {
  begin(
      "echo '[1/2] Building CXX object x.o'; echo 'FAILED: x.o '; echo '/usr/bin/c++ -I a -c "
      "x.cpp'; "
      "echo 'x.cpp:3:5: error: no'; echo 'ninja: build stopped: subcommand failed.'; exit 1");
  ASSERT_TRUE(finish());
  EXPECT_EQ(result_, Build::Result::failed);
  EXPECT_THAT(text_of("output"), HasSubstr("build    | x.cpp:3:5: error: no\n"));
  EXPECT_THAT(text_of("output"), HasSubstr("ended with exit status 1"));
  EXPECT_THAT(text_of("output"), Not(HasSubstr("\nbuild    | [1/2]")));
  EXPECT_THAT(text_of("output"), Not(HasSubstr("build    | /usr/bin/c++")));
}

TEST_F(BuildTest, KeepsTheFirstLinesOfManyAndCountsTheRest) {
  begin("seq 1 1000; exit 2");
  ASSERT_TRUE(finish());
  EXPECT_THAT(text_of("output"), HasSubstr("build    | 200\n"));
  EXPECT_THAT(text_of("output"), Not(HasSubstr("build    | 201\n")));
  EXPECT_THAT(text_of("output"), HasSubstr("build    | and 800 more lines\n"));
}

// As Ninja does it, the compiler is in a process group of its own, and its parent does not wait.
TEST_F(BuildTest, AStopEndsCompilersInOtherProcessGroups) {
  begin("setsid sh -c 'echo $$ > compiler; exec sleep 1000' & wait");
  ASSERT_TRUE(run_until([this] { return !text_of("compiler").empty(); }));
  const pid_t compiler = std::stoi(text_of("compiler"));
  build_->stop();
  ASSERT_TRUE(finish());
  EXPECT_EQ(result_, Build::Result::stopped);
  EXPECT_TRUE(run_until([&] { return has_ended(compiler); }));
  EXPECT_EQ(text_of("output"), "");
}

TEST_F(BuildTest, RunsAgainAfterAStop) {
  begin("test -e go && exit 0; echo x > began; exec sleep 1000");
  ASSERT_TRUE(run_until([this] { return !text_of("began").empty(); }));
  build_->stop();
  ASSERT_TRUE(finish());
  std::ofstream(folder_ / "go") << "x";
  result_.reset();
  boost::asio::co_spawn(
      io_.get_executor(), [this]() -> async::Awaitable<> { result_ = co_await build_->run(); },
      boost::asio::detached);
  ASSERT_TRUE(finish());
  EXPECT_EQ(result_, Build::Result::succeeded);
}

}  // namespace
}  // namespace penstock::local
