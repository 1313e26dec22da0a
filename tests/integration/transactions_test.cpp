// Stores sets of events in an Apache Kafka that is frozen and killed meanwhile, and compares what
// the waiters have heard with what consumers see.
#include "kafka/transactions/transactions.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <cstdlib>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <semaphore>
#include <set>
#include <thread>

#include "support/kafka_client.h"
#include "support/real_kafka.h"

namespace penstock::test {
namespace {

using namespace std::chrono_literals;
using events::DeliveryOutcome;
using std::chrono::steady_clock;

constexpr size_t kInFlight = 64;
constexpr size_t kSets = 2'000;
constexpr int kRounds = 6;
const std::array<std::string, 2> kTopics{"orders", "stock"};

class TransactionsTest : public RealKafkaTest, public events::AtomicSink::Listener {
 protected:
  void SetUp() override {
    RealKafkaTest::SetUp();
    for (const std::string& topic : kTopics) {
      ASSERT_TRUE(create_topic(kafka().bootstrap(), topic, 3));
    }
    transactions_.emplace(io_,
                          kafka::Settings{.bootstrap = kafka().bootstrap(),
                                          .client_id = "transactions_test",
                                          .publish_deadline = 2s},
                          log_);
    transactions_->set_listener(*this);
  }

  // Stores so many sets, each of two events in two topics, kInFlight at a time.
  void store(size_t sets) {
    const size_t end = waiters_.size() + sets;
    const auto deadline = steady_clock::now() + 300s;
    while ((waiters_.size() < end || open_ > 0) && steady_clock::now() < deadline) {
      while (open_ < kInFlight && waiters_.size() < end) submit();
      io_.run_one_for(100ms);
    }
    ASSERT_EQ(open_, 0u) << "sets without a report";
  }

  size_t count(DeliveryOutcome outcome) const {
    size_t all = 0;
    for (const Waiter& waiter : waiters_) all += waiter.outcome == outcome ? 1 : 0;
    return all;
  }

  // Compares what each waiter has heard with the records that are committed.
  void expect_truth() {
    std::map<std::string, size_t> seen;
    // The markers of the last transaction come a moment after its commit.
    const auto until = steady_clock::now() + 60s;
    size_t doubled = 0, lost = 0, half = 0, untrue = 0;
    do {
      seen.clear();
      for (const std::string& topic : kTopics) {
        const auto records = read_topic(kafka().bootstrap(), topic);
        ASSERT_TRUE(records) << records.error().message;
        for (const local::Record& record : *records) ++seen[topic + *record.value];
      }
      doubled = lost = half = untrue = 0;
      for (size_t i = 0; i < waiters_.size(); ++i) {
        const size_t first = seen[kTopics[0] + std::to_string(i)];
        const size_t second = seen[kTopics[1] + std::to_string(i)];
        doubled += first > 1 || second > 1 ? 1 : 0;
        half += first != second ? 1 : 0;
        lost += waiters_[i].outcome == DeliveryOutcome::stored && first + second < 2 ? 1 : 0;
        untrue += waiters_[i].outcome == DeliveryOutcome::not_stored && first + second > 0 ? 1 : 0;
      }
    } while ((lost > 0 || half > 0) && steady_clock::now() < until);
    EXPECT_EQ(doubled, 0u);
    EXPECT_EQ(half, 0u);
    EXPECT_EQ(lost, 0u);
    EXPECT_EQ(untrue, 0u);
    std::cout << waiters_.size() << " sets: " << count(DeliveryOutcome::stored) << " stored, "
              << count(DeliveryOutcome::not_stored) << " not stored, "
              << count(DeliveryOutcome::unknown) << " unknown; "
              << transactions_->counts().committed << " transactions committed, "
              << transactions_->counts().aborted << " aborted\n";
  }

 private:
  struct Waiter final : events::AtomicWaiter {
    explicit Waiter(size_t& open) : open_(open) {}
    void done(events::AtomicReport&& report) override {
      outcome = report.outcome;
      --open_;
    }
    std::optional<DeliveryOutcome> outcome;

   private:
    size_t& open_;
  };

  void submit() {
    std::vector<events::Event> events;
    const std::string number = std::to_string(waiters_.size());
    for (const std::string& topic : kTopics) {
      events.push_back({.id = number,
                        .type = "t",
                        .topic = topic,
                        .source = "/s",
                        .time = {},
                        .has_key = true,
                        .key = number,
                        .value = number});
    }
    ++open_;
    transactions_->submit(std::move(events), steady_clock::now() + 2s,
                          waiters_.emplace_back(open_));
  }
  void released(size_t, size_t) override {}
  void came_late(size_t, DeliveryOutcome) override {}

 protected:
  log::Log log_{::open("/dev/null", O_WRONLY | O_CLOEXEC), log::Level::error};
  boost::asio::io_context io_{1};
  const boost::asio::executor_work_guard<boost::asio::io_context::executor_type> busy_{
      io_.get_executor()};
  size_t open_ = 0;
  std::deque<Waiter> waiters_;
  std::optional<kafka::transactions::Transactions> transactions_;
};

TEST_F(TransactionsTest, SetsAreStoredWhollyOrNotAtAllWhileTheBrokerFreezesAndDies) {
  // All are connected, so that the first fault meets transactions.
  store(kSets / 10);
  EXPECT_GT(count(DeliveryOutcome::stored), 0u);
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  const auto some_time = [&] { return std::chrono::milliseconds(random() % 400); };
  // The broker dies with the thread that has started it, so one thread lives as long as the test.
  std::counting_semaphore<> begin{0}, ended{0};
  std::atomic<bool> all_read{false};
  std::jthread faults([&] {
    for (int round = 0; round < kRounds; ++round) {
      begin.acquire();
      std::this_thread::sleep_for(some_time());
      if (round % 3 == 2) {
        kafka().kill9();
        if (const auto up = kafka().start(); !up) ADD_FAILURE() << up.error().message;
      } else {
        kafka().freeze();
        std::this_thread::sleep_for(2500ms);
        kafka().thaw();
      }
      ended.release();
    }
    all_read.wait(false);
  });
  for (int round = 0; round < kRounds; ++round) {
    // The fault comes while commits are on their way, and ends by itself.
    begin.release();
    store(kSets / 10);
    ended.acquire();
  }
  store(kSets - waiters_.size());
  EXPECT_EQ(waiters_.size(), kSets);
  EXPECT_GT(count(DeliveryOutcome::stored), kSets / 4);
  expect_truth();
  all_read = true;
  all_read.notify_all();
}

}  // namespace
}  // namespace penstock::test
