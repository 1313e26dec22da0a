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

#include "support/silent_observer.h"

namespace penstock::local {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;
using testing::Contains;
using testing::ElementsAre;
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
  echo "$word line"
  while [ -e hold ]; do sleep 0.02; done
  curl -sS -o answer.$$ -d "\"$word\"" "$api/$id/response"
done
)sh";

// Keeps what it hears of a function, a sentence each.
struct Heard : test::SilentObserver {
  void status(Part, std::string_view name, const PartStatus& status) override {
    static constexpr const char* kWords[] = {"absent", "starting", "running", "down", "stopped"};
    add(std::string(name) + " is " + kWords[static_cast<int>(status.state)] +
        (status.reason.empty() ? "" : ": " + status.reason));
  }
  void function_line(std::string_view name, const std::vector<std::string>& ids,
                     std::string_view line) override {
    add(std::string(name) + " says " + std::string(line) + " in " + std::to_string(ids.size()));
  }
  void function_busy(std::string_view name, std::string_view, bool busy) override {
    add(std::string(name) + (busy ? " begins" : " ends"));
  }
  void add(std::string sentence) { all.push_back(std::move(sentence)); }

  std::vector<std::string> all;  // Of the io_context's thread.
};

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
                               .timeout = timeout_,
                               .concurrency = concurrency,
                               .observer = &heard_});
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
  Heard heard_;
  std::chrono::milliseconds timeout_{30'000};
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
  auto impatient = std::async(std::launch::async, [this] {
    return pool_->invoke_soon("{}", std::chrono::milliseconds(1), {});
  });
  EXPECT_EQ(result_of(impatient).error_type, "Penstock.Busy");
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
  heard_.all.clear();
  const auto replaced = replace();
  ASSERT_TRUE(replaced && *replaced);
  EXPECT_THAT(heard_.all, ElementsAre("function is running")) << "the new one, when it is used";
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

TEST_F(FunctionPoolTest, AnObserverIsToldWhichLinesBelongToWhichInvocation) {
  start(1);
  for (int i = 0; i < 2; ++i) {
    auto invocation = invoke();
    EXPECT_EQ(result_of(invocation).response, "\"old\"");
  }
  EXPECT_THAT(heard_.all,
              ElementsAre("function is starting", "function is running", "function begins",
                          "function says old line in 1", "function ends", "function begins",
                          "function says old line in 1", "function ends"));
}

TEST_F(FunctionPoolTest, AFaultKillsTheProcessWhenItHasGotAnInvocation) {
  start(1);
  heard_.all.clear();
  pool_->set_faults({.kills = 1});
  auto killed = invoke();
  EXPECT_EQ(result_of(killed).error_type, "Runtime.ExitError");
  EXPECT_EQ(pool_->faults().kills, 0);
  auto next = invoke();
  EXPECT_EQ(result_of(next).response, "\"old\"");
  EXPECT_THAT(heard_.all,
              ElementsAre("function begins", "function ends",
                          "function is down: function ended with signal 9 (Killed). It starts "
                          "again in 0.25 s",
                          "function is starting", "function is running", "function begins",
                          "function says old line in 1", "function ends"));
}

TEST_F(FunctionPoolTest, AStoppedProcessIsEndedByItsTimeOut) {
  timeout_ = std::chrono::milliseconds(300);
  start(1);
  pool_->set_faults({.stops = 1});
  auto stopped = invoke();
  EXPECT_EQ(result_of(stopped).error_type, "Sandbox.Timedout");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "began")) << "the process did nothing";
  auto next = invoke();
  EXPECT_EQ(result_of(next).response, "\"old\"");
  EXPECT_FALSE(pool_->is_stopped());
  EXPECT_THAT(heard_.all,
              Contains("function is down: function was killed. It starts again at once"));
}

TEST_F(FunctionPoolTest, AStoppedProcessGoesOnWhenTheFaultIsOver) {
  start(1);
  pool_->set_faults({.stops = 2});
  auto stopped = invoke();
  ASSERT_TRUE(run_until([this] { return pool_->is_stopped(); }));
  pool_->set_faults({});
  EXPECT_EQ(result_of(stopped).response, "\"old\"");
}

TEST_F(FunctionPoolTest, AFaultReplacesSomeResponses) {
  start(1);
  pool_->set_faults({.garbled = 2});
  for (const char* response :
       {"<html>no JSON</html>",
        R"({"batchItemFailures":[{"itemIdentifier":{"partition":"none-0","offset":0}}]})",
        "\"old\""}) {
    auto invocation = invoke();
    EXPECT_EQ(result_of(invocation).response, response);
  }
}

}  // namespace
}  // namespace penstock::local
