// These break what can be broken of a LocalBroker: its connections, and its process. Records that
// are sent before, during and after it are there afterwards.
#include "local/system/local_broker.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <cstdlib>
#include <future>
#include <thread>

#include "processes/file_descriptor.h"
#include "support/kafka_client.h"
#include "support/real_kafka.h"
#include "support/silent_observer.h"

namespace penstock::local {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::chrono::seconds kPatience{120};

// Keeps the states of the broker, a sentence each.
struct States : test::SilentObserver {
  void status(Part, std::string_view, const PartStatus& status) override {
    static constexpr const char* kWords[] = {"absent", "starting", "running", "down", "stopped"};
    all.push_back(kWords[static_cast<int>(status.state)] +
                  (status.reason.empty() ? "" : ": " + status.reason));
  }
  std::vector<std::string> all;  // Of the io_context's thread.
};

// Runs a broker on the main thread, and a client on another one.
class LocalBrokerTest : public ::testing::Test {
 protected:
  void TearDown() override {
    if (broker_) {
      run([this]() -> async::Awaitable<> { co_await broker_->stop(); });
    }
  }

  template <class Work>
  void run(Work work) {
    bool done = false;
    boost::asio::co_spawn(
        io_.get_executor(),
        [&]() -> async::Awaitable<> {
          co_await work();
          done = true;
        },
        boost::asio::detached);
    EXPECT_TRUE(run_until([&] { return done; }));
  }
  template <class Condition>
  bool run_until(Condition condition) {
    const auto deadline = steady_clock::now() + kPatience;
    while (!condition() && steady_clock::now() < deadline) io_.run_one_for(milliseconds(20));
    return condition();
  }
  template <class Call>
  auto in_background(Call call) {
    auto result = std::async(std::launch::async, std::move(call));
    EXPECT_TRUE(
        run_until([&] { return result.wait_for(milliseconds(0)) == std::future_status::ready; }));
    return result.get();
  }
  void provide(const std::string& kind) {
    const char* libraries = std::getenv("PENSTOCK_KAFKA_LIBS");
    broker_.emplace(io_, terminal_,
                    LocalBroker::Settings{.broker = kind,
                                          .folder = folder_.path() / "kafka",
                                          .libraries = libraries == nullptr ? "" : libraries,
                                          .breakable = true,
                                          .observer = &states_});
    base::Result<> provided;
    const std::vector<std::string> topics{"events"};
    run([&]() -> async::Awaitable<> { provided = co_await broker_->provide(topics, stop_); });
    ASSERT_TRUE(provided) << base::describe(provided.error());
    if (kind == "kafka") {
      const auto made =
          in_background([this] { return test::create_topic(broker_->bootstrap(), "events", 1); });
      ASSERT_TRUE(made) << base::describe(made.error());
    }
  }
  bool answers(milliseconds patience) {
    return in_background([bootstrap = broker_->bootstrap(), patience] {
      return broker_answers(bootstrap, patience);
    });
  }
  bool answers_again() {
    const auto deadline = steady_clock::now() + kPatience;
    while (steady_clock::now() < deadline) {
      if (answers(milliseconds(2'000))) return true;
    }
    return false;
  }
  // Returns how long a question to the broker takes.
  milliseconds time_of_answer() {
    const auto began = steady_clock::now();
    EXPECT_TRUE(answers(milliseconds(20'000)));
    return std::chrono::duration_cast<milliseconds>(steady_clock::now() - began);
  }
  void produce(const std::string& value) {
    const auto stored = in_background([this, value] {
      return test::produce(broker_->bootstrap(), "events", {{.value = value}});
    });
    ASSERT_TRUE(stored) << base::describe(stored.error());
  }
  std::vector<std::string> values() {
    std::vector<std::string> all;
    const auto records = in_background(
        [bootstrap = broker_->bootstrap()] { return test::read_topic(bootstrap, "events"); });
    if (!records) ADD_FAILURE() << base::describe(records.error());
    if (records) {
      for (const auto& record : *records) all.push_back(record.value.value_or("null"));
    }
    return all;
  }
  // Breaks the connections in each way, and mends them.
  void break_connections() {
    ASSERT_EQ(broker_->connections_are_fixed(), "");
    produce("before");
    broker_->set_link({.refuses = true});
    EXPECT_FALSE(answers(milliseconds(1'000)));
    broker_->set_link({});
    EXPECT_TRUE(answers_again());
    produce("after the cut");

    broker_->set_link({.requests = {.held = true}, .answers = {.held = true}});
    EXPECT_FALSE(answers(milliseconds(1'000)));
    broker_->set_link({});
    EXPECT_TRUE(answers_again());
    produce("after the hang");

    broker_->set_link({.answers = {.latency = milliseconds(700)}});
    EXPECT_GE(time_of_answer(), milliseconds(700));
    broker_->set_link({});
    EXPECT_TRUE(answers_again());
    EXPECT_THAT(values(), ElementsAre("before", "after the cut", "after the hang"));
  }

  test::TemporaryFolder folder_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  async::Latch stop_{io_};
  processes::FileDescriptor nowhere_{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  Terminal terminal_{nowhere_.get()};
  States states_;
  std::optional<LocalBroker> broker_;
};

TEST_F(LocalBrokerTest, InMemoryIsCutHeldAndSlowedAndMended) {
  ASSERT_NO_FATAL_FAILURE(provide("memory"));
  break_connections();
  EXPECT_THAT(broker_->process_is_fixed(), HasSubstr("has no process"));
  EXPECT_THAT(states_.all, ElementsAre("running"));
}

TEST_F(LocalBrokerTest, KafkaIsCutHeldAndSlowedAndMendedBehindItsRelay) {
  ASSERT_NO_FATAL_FAILURE(provide("kafka"));
  EXPECT_EQ(KafkaBroker::bootstrap_in(folder_.path() / "kafka").value(), broker_->bootstrap());
  break_connections();
}

TEST_F(LocalBrokerTest, KafkaIsStoppedAndStartedAtTheSameAddress) {
  ASSERT_NO_FATAL_FAILURE(provide("kafka"));
  ASSERT_NO_FATAL_FAILURE(produce("before"));
  ASSERT_EQ(broker_->process_is_fixed(), "");
  broker_->stop_process("it was stopped");
  ASSERT_TRUE(run_until([this] { return !broker_->process_is_fixed().empty(); }));
  EXPECT_FALSE(answers(milliseconds(1'000)));
  EXPECT_EQ(states_.all.back(), "down: it was stopped");
  broker_->start_process();
  ASSERT_TRUE(run_until([this] { return states_.all.back() == "running"; }));
  EXPECT_THAT(states_.all,
              ElementsAre("starting", "running", "down: it was stopped", "starting", "running"));
  produce("after");
  EXPECT_THAT(values(), ElementsAre("before", "after"));
}

TEST_F(LocalBrokerTest, OfAnotherProgramIsLeftAlone) {
  ASSERT_NO_FATAL_FAILURE(provide("127.0.0.1:1"));
  EXPECT_THAT(broker_->connections_are_fixed(), HasSubstr("127.0.0.1:1 was started elsewhere"));
  EXPECT_THAT(broker_->process_is_fixed(), HasSubstr("127.0.0.1:1 was started elsewhere"));
}

}  // namespace
}  // namespace penstock::local
