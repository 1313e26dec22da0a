#include "kafka/transactions/transactions.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <deque>
#include <optional>

#include "support/faulty_broker.h"

// A broker of librdkafka's own, in this process, answers with the errors that the tests want.
namespace penstock::kafka::transactions {
namespace {

using namespace std::chrono_literals;
using events::DeliveryOutcome;
using testing::HasSubstr;

constexpr int16_t kEndTxn = 26;  // The key of this request in Kafka's protocol.

struct Waiter final : events::AtomicWaiter {
  void done(events::AtomicReport&& made) override { report = std::move(made); }
  std::optional<events::AtomicReport> report;
};

struct Listener final : events::AtomicSink::Listener {
  void released(size_t events, size_t) override { released_events += events; }
  void came_late(size_t events, DeliveryOutcome outcome) override {
    late_events += events;
    late = outcome;
  }
  size_t released_events = 0;
  size_t late_events = 0;
  DeliveryOutcome late = DeliveryOutcome::unknown;
};

class TransactionsTest : public testing::Test {
 protected:
  void start(const std::string& bootstrap) {
    transactions_.emplace(
        io_, Settings{.bootstrap = bootstrap, .client_id = "test", .publish_deadline = 2s}, log_);
    transactions_->set_listener(listener_);
  }
  Waiter& submit(std::chrono::milliseconds time = 60s, size_t bytes = 10) {
    std::vector<events::Event> events;
    for (const char* id : {"1", "2"}) {
      events.push_back({.id = id,
                        .type = "t",
                        .topic = "orders",
                        .source = "/s",
                        .time = {},
                        .value = std::string(bytes, 'v')});
    }
    Waiter& waiter = waiters_.emplace_back();
    transactions_->submit(std::move(events), std::chrono::steady_clock::now() + time, waiter);
    return waiter;
  }
  // Runs until each waiter has its report, and returns the outcomes.
  std::vector<DeliveryOutcome> outcomes() {
    const auto is_open = [](const Waiter& waiter) { return !waiter.report; };
    const auto end = std::chrono::steady_clock::now() + 120s;
    while (std::any_of(waiters_.begin(), waiters_.end(), is_open) &&
           std::chrono::steady_clock::now() < end) {
      io_.run_one_for(1s);
    }
    std::vector<DeliveryOutcome> all;
    for (const Waiter& waiter : waiters_) {
      all.push_back(waiter.report.value_or(events::AtomicReport{}).outcome);
    }
    return all;
  }

  log::Log log_{::open("/dev/null", O_WRONLY | O_CLOEXEC), log::Level::error};
  boost::asio::io_context io_{1};
  const boost::asio::executor_work_guard<boost::asio::io_context::executor_type> busy_{
      io_.get_executor()};
  test::FaultyBroker broker_{"orders"};
  Listener listener_;
  std::deque<Waiter> waiters_;
  std::optional<Transactions> transactions_;
};

TEST_F(TransactionsTest, StoreAllEventsOfASet) {
  start(broker_.bootstrap());
  submit();
  submit();
  EXPECT_THAT(outcomes(), testing::Each(DeliveryOutcome::stored));
  ASSERT_EQ(waiters_[0].report->stored_at.size(), 2u);
  EXPECT_GE(waiters_[0].report->stored_at[1].offset.value, 0);
  EXPECT_EQ(listener_.released_events, 4u);
  EXPECT_EQ(transactions_->not_ready_reason(), "");
}

TEST_F(TransactionsTest, StoreNothingWithoutABroker) {
  start("127.0.0.1:1");
  submit(300ms);
  EXPECT_THAT(outcomes(), testing::Each(DeliveryOutcome::not_stored));
  EXPECT_EQ(listener_.released_events, 2u);
}

TEST_F(TransactionsTest, NobodyKnowsIfACommitFails) {
  broker_.plant(kEndTxn, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH);
  start(broker_.bootstrap());
  submit();
  EXPECT_THAT(outcomes(), testing::Each(DeliveryOutcome::unknown));
  EXPECT_THAT(waiters_[0].report->reason, HasSubstr("the commit was not acknowledged"));
  submit();
  EXPECT_EQ(outcomes().back(), DeliveryOutcome::stored) << "another producer has taken its place";
}

TEST_F(TransactionsTest, ARefusedRecordDoesNotSpoilTheOthers) {
  broker_.plant(broker_.kProduce, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
  start(broker_.bootstrap());
  submit();
  submit();
  EXPECT_THAT(outcomes(), testing::Each(DeliveryOutcome::stored));
}

TEST_F(TransactionsTest, ASetThatIsTooLargeIsRefusedAlone) {
  start(broker_.bootstrap());
  submit();
  submit(60s, 2'000'000);
  submit();
  EXPECT_THAT(outcomes(), testing::ElementsAre(DeliveryOutcome::stored, DeliveryOutcome::refused,
                                               DeliveryOutcome::stored));
  EXPECT_THAT(waiters_[1].report->reason, HasSubstr("too large"));
}

TEST_F(TransactionsTest, AnIdThatIsNotAllowedIsRefused) {
  broker_.plant_for_long(broker_.kInitProducerId,
                         RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
  start(broker_.bootstrap());
  submit();
  EXPECT_THAT(outcomes(), testing::Each(DeliveryOutcome::refused));
  EXPECT_THAT(waiters_[0].report->reason, HasSubstr("kafka-cluster:AlterTransactionalId"));
}

TEST_F(TransactionsTest, ABrokerThatComesBackStoresWhatIsLeft) {
  broker_.go_down();
  start(broker_.bootstrap());
  submit(200ms);
  EXPECT_EQ(outcomes().back(), DeliveryOutcome::not_stored);
  broker_.come_up();
  submit();
  EXPECT_EQ(outcomes().back(), DeliveryOutcome::stored);
}

TEST_F(TransactionsTest, TheEndWaitsForThoseThatAreOpen) {
  start(broker_.bootstrap());
  submit();
  transactions_->flush(60s);
  EXPECT_EQ(waiters_[0].report.value().outcome, DeliveryOutcome::stored);
}

}  // namespace
}  // namespace penstock::kafka::transactions
