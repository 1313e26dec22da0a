#include "local/faults/faults_of_function.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <filesystem>
#include <fstream>
#include <future>

#include "local/faults/faults.h"
#include "processes/file_descriptor.h"

namespace penstock::local {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;
using ::testing::HasSubstr;

constexpr std::chrono::seconds kPatience{20};

// Is a bootstrap by curl that answers each invocation with null.
constexpr const char* kBootstrap = R"sh(#!/bin/sh
cd "$(dirname "$0")"
echo started >> starts
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while :; do
  curl -sS -D headers.$$ -o event.$$ "$api/next" || exit 1
  id=$(tr -d '\r' < headers.$$ | sed -n 's/^[Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d: //p')
  curl -sS -o answer.$$ -d null "$api/$id/response"
done
)sh";

class FaultsOfFunctionTest : public ::testing::Test {
 protected:
  FaultsOfFunctionTest() {
    std::string pattern = fs::temp_directory_path() / "faults.XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    std::ofstream(folder_ / "bootstrap") << kBootstrap;
    fs::permissions(folder_ / "bootstrap", fs::perms::owner_all);
  }
  ~FaultsOfFunctionTest() override {
    faults_.reset();
    if (pool_) {
      bool stopped = false;
      boost::asio::co_spawn(
          io_.get_executor(),
          [&]() -> async::Awaitable<> {
            co_await pool_->stop();
            stopped = true;
          },
          boost::asio::detached);
      EXPECT_TRUE(run_until([&] { return stopped; }));
    }
    pool_.reset();
    fs::remove_all(folder_);
  }

  void start(bool reports_failures = true) {
    pool_.emplace(
        io_, terminal_,
        FunctionPool::Settings{.function = {.program = folder_ / "bootstrap",
                                            .name = "f",
                                            .reports_batch_item_failures = reports_failures},
                               .timeout = std::chrono::milliseconds(500)});
    ASSERT_TRUE(pool_->start());
    faults_.emplace(io_, terminal_, faults_of_function(&*pool_));
    ASSERT_TRUE(run_until([this] { return pool_->runs(); })) << pool_->ended_early();
  }
  template <class Condition>
  bool run_until(Condition condition) {
    const auto deadline = steady_clock::now() + kPatience;
    while (!condition() && steady_clock::now() < deadline) {
      io_.run_one_for(std::chrono::milliseconds(20));
    }
    return condition();
  }
  InvocationOutcome invoke() {
    auto outcome = std::async(std::launch::async, [this] { return pool_->invoke("{}", {}); });
    EXPECT_TRUE(run_until(
        [&] { return outcome.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }));
    return outcome.get();
  }
  bool is_over() {
    return run_until([this] { return faults_->active().empty(); });
  }
  [[nodiscard]] size_t starts() const { return fs::file_size(folder_ / "starts") / 8; }

  boost::asio::io_context io_{1};
  processes::FileDescriptor nowhere_{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  Terminal terminal_{nowhere_.get()};
  fs::path folder_;
  std::optional<FunctionPool> pool_;
  std::optional<Faults> faults_;
};

TEST_F(FaultsOfFunctionTest, KillsTheFunctionInItsNextInvocationAndNotInTheOneAfterIt) {
  start();
  ASSERT_TRUE(faults_->start("function-kill", {.seconds = 600}));
  EXPECT_EQ(invoke().error_type, "Runtime.ExitError");
  EXPECT_TRUE(is_over());
  EXPECT_EQ(invoke().response, "null");
}

TEST_F(FaultsOfFunctionTest, KillsAFunctionThatIsNotInvokedAfterTheTime) {
  start();
  ASSERT_TRUE(faults_->start("function-kill", {.seconds = 1}));
  EXPECT_TRUE(run_until([this] { return starts() == 2; }));
  EXPECT_TRUE(is_over());
  EXPECT_EQ(invoke().response, "null");
}

TEST_F(FaultsOfFunctionTest, DoesNotKillAFunctionIfItWasMendedBefore) {
  start();
  ASSERT_TRUE(faults_->start("function-kill", {}));
  ASSERT_TRUE(faults_->end("function-kill"));
  EXPECT_EQ(invoke().response, "null");
  EXPECT_EQ(starts(), 1U);
}

TEST_F(FaultsOfFunctionTest, StopsTheFunctionUntilItsTimeOutSoOften) {
  start();
  ASSERT_TRUE(faults_->start("function-timeout", {.count = 2}));
  EXPECT_EQ(invoke().error_type, "Sandbox.Timedout");
  EXPECT_EQ(faults_->active().size(), 1U);
  EXPECT_EQ(invoke().error_type, "Sandbox.Timedout");
  EXPECT_TRUE(is_over());
  EXPECT_EQ(invoke().response, "null");
}

TEST_F(FaultsOfFunctionTest, ReplacesResponsesIfTheMappingReadsThem) {
  start();
  ASSERT_TRUE(faults_->start("function-garbage", {}));
  EXPECT_THAT(invoke().response, HasSubstr("none-0"));
  EXPECT_TRUE(is_over());
  EXPECT_EQ(invoke().response, "null");
}

TEST_F(FaultsOfFunctionTest, SaysWhyGarbageWouldChangeNothing) {
  start(false);
  const auto started = faults_->start("function-garbage", {});
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().message, HasSubstr("no ReportBatchItemFailures"));
}

TEST_F(FaultsOfFunctionTest, SaysThatAUrlHasNoProcess) {
  faults_.emplace(io_, terminal_, faults_of_function(nullptr));
  for (const FaultStatus& status : faults_->list()) {
    EXPECT_THAT(status.unavailable_because, HasSubstr("is a URL")) << status.fault->name;
  }
}

}  // namespace
}  // namespace penstock::local
