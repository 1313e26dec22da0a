#include "local/function/function_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <optional>
#include <thread>

namespace penstock::local {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;
using testing::HasSubstr;

constexpr std::chrono::seconds kPatience{20};

// A bootstrap by curl that answers with the word of a file, and waits while a file named hold is
// there.
constexpr const char* kBootstrap = R"sh(#!/bin/sh
word=$(cat word)
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while :; do
  curl -sS -D headers.$$ -o event.$$ "$api/next" || exit 1
  id=$(tr -d '\r' < headers.$$ | sed -n 's/^[Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d: //p')
  echo "$word" >> began
  while [ -e hold ]; do sleep 0.02; done
  curl -sS -o answer.$$ -d "\"$word\"" "$api/$id/response"
done
)sh";

class FunctionPoolTest : public testing::Test {
 protected:
  FunctionPoolTest() {
    std::string pattern = fs::temp_directory_path() / "function_pool.XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    write("word", "old");
    write("bootstrap", "#!/bin/sh\ncd '" + folder_.string() + "' && exec sh ./loop\n");
    write("loop", kBootstrap);
    fs::permissions(folder_ / "bootstrap", fs::perms::owner_all);
  }
  ~FunctionPoolTest() override {
    fs::remove(folder_ / "hold");
    if (pool_) {
      bool stopped = false;
      spawn([&]() -> async::Awaitable<> {
        co_await pool_->stop();
        stopped = true;
      });
      EXPECT_TRUE(run_until([&] { return stopped; }));
    }
    fs::remove_all(folder_);
  }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }
  [[nodiscard]] std::string text_of(const std::string& name) const {
    std::ifstream file(folder_ / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  template <class Work>
  void spawn(Work work) {
    boost::asio::co_spawn(io_.get_executor(), std::move(work), boost::asio::detached);
  }
  template <class Condition>
  bool run_until(Condition condition) {
    const auto deadline = steady_clock::now() + kPatience;
    while (!condition() && steady_clock::now() < deadline) {
      io_.run_one_for(std::chrono::milliseconds(20));
    }
    return condition();
  }
  void start(int concurrency) {
    pool_.emplace(
        io_, terminal_,
        FunctionPool::Settings{.function = {.program = folder_ / "bootstrap", .name = "f"},
                               .concurrency = concurrency});
    ASSERT_TRUE(pool_->start());
    ASSERT_TRUE(run_until([this] { return pool_->runs(); })) << pool_->ended_early();
  }
  std::future<InvocationOutcome> invoke(std::stop_token stop = {}) {
    return std::async(std::launch::async, [this, stop] { return pool_->invoke("{}", stop); });
  }
  InvocationOutcome result_of(std::future<InvocationOutcome>& invocation) {
    EXPECT_TRUE(run_until(
        [&] { return invocation.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }));
    return invocation.get();
  }
  std::optional<base::Result<>> replace() {
    std::optional<base::Result<>> replaced;
    spawn([&]() -> async::Awaitable<> { replaced = co_await pool_->replace(stop_); });
    EXPECT_TRUE(run_until([&] { return replaced.has_value(); }));
    return replaced;
  }

  boost::asio::io_context io_{1};
  async::Latch stop_{io_};
  Terminal terminal_{STDERR_FILENO};
  fs::path folder_;
  std::optional<FunctionPool> pool_;
};

TEST_F(FunctionPoolTest, AnInvocationWaitsForAFreeEnvironment) {
  start(1);
  write("hold", "");
  auto first = invoke();
  ASSERT_TRUE(run_until([this] { return text_of("began") == "old\n"; }));
  auto second = invoke();
  std::stop_source stop;
  auto third = invoke(stop.get_token());
  stop.request_stop();
  EXPECT_EQ(result_of(third).error_type, "Penstock.Abandoned");
  EXPECT_EQ(text_of("began"), "old\n");
  fs::remove(folder_ / "hold");
  EXPECT_EQ(result_of(first).response, "\"old\"");
  EXPECT_EQ(result_of(second).response, "\"old\"");
}

TEST_F(FunctionPoolTest, AReplacedFunctionFinishesItsInvocationAndTheNextOneGetsTheNewOne) {
  start(1);
  write("hold", "");
  auto running = invoke();
  ASSERT_TRUE(run_until([this] { return text_of("began") == "old\n"; }));
  write("word", "new");
  const auto replaced = replace();
  ASSERT_TRUE(replaced && *replaced);
  auto next = invoke();
  ASSERT_TRUE(run_until([this] { return text_of("began") == "old\nnew\n"; }));
  fs::remove(folder_ / "hold");
  EXPECT_EQ(result_of(running).response, "\"old\"");
  EXPECT_EQ(result_of(next).response, "\"new\"");
}

TEST_F(FunctionPoolTest, TheOldFunctionStaysIfTheNewOneDoesNotStart) {
  start(1);
  write("bootstrap", "#!/bin/sh\necho no such setting\nexit 3\n");
  const auto replaced = replace();
  ASSERT_TRUE(replaced);
  ASSERT_FALSE(*replaced);
  EXPECT_THAT(replaced->error().message, HasSubstr("exit status 3"));
  EXPECT_THAT(replaced->error().message, HasSubstr("no such setting"));
  auto next = invoke();
  EXPECT_EQ(result_of(next).response, "\"old\"");
}

}  // namespace
}  // namespace penstock::local
