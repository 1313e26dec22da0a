// These tests ask what the producer makes of acknowledgements that are missing or say too little.
// librdkafka's broker in memory gives them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "kafka/producer.h"
#include "support/faulty_broker.h"
#include "support/kafka_client.h"
#include "support/program.h"
#include "support/running_producer.h"

namespace penstock::kafka {
namespace {

using namespace std::chrono_literals;
using events::DeliveryOutcome;
using events::DeliveryReport;
using test::FaultyBroker;
using test::RunningProducer;
using testing::HasSubstr;

kafka::Settings settings(const FaultyBroker& broker, std::chrono::milliseconds deadline) {
  kafka::Settings made{.bootstrap = broker.bootstrap(), .client_id = "acknowledgement_test"};
  made.publish_deadline = deadline;
  made.create_topics = false;
  return made;
}

std::multiset<std::string> values(const FaultyBroker& broker) {
  const auto records = test::read_topic(broker.bootstrap(), "events");
  std::multiset<std::string> found;
  if (!records) {
    ADD_FAILURE() << records.error().message;
    return found;
  }
  for (const local::Record& record : *records) found.insert(record.value.value_or(""));
  return found;
}

class AcknowledgementTest : public testing::Test {
 protected:
  FaultyBroker broker_{"events"};
};

TEST_F(AcknowledgementTest, ASuccessWithoutAnOffsetMayBeNone) {
  RunningProducer producer(settings(broker_, 25s), {"events"});
  ASSERT_EQ(producer.publish_until(DeliveryOutcome::stored, "before").outcome,
            DeliveryOutcome::stored);
  // librdkafka calls this a success. Here the event is nowhere.
  broker_.plant(FaultyBroker::kProduce, RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER);
  const DeliveryReport report = producer.publish_and_wait("unsure");
  EXPECT_EQ(report.outcome, DeliveryOutcome::unknown);
  EXPECT_EQ(report.reason, "no broker has said where the event is stored");
  EXPECT_FALSE(report.stored_at);
  EXPECT_EQ(values(broker_).count("unsure"), 0u);
  EXPECT_EQ(producer.publish_and_wait("after").outcome, DeliveryOutcome::stored);
}

TEST_F(AcknowledgementTest, ASuccessWithoutAnOffsetMayBeNoneForARecordThatIsSentAlone) {
  RunningProducer producer(settings(broker_, 25s), {"events"});
  ASSERT_EQ(producer.publish_until(DeliveryOutcome::stored, "before").outcome,
            DeliveryOutcome::stored);
  broker_.plant_one_after_the_other(
      FaultyBroker::kProduce,
      {RD_KAFKA_RESP_ERR_INVALID_RECORD, RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER});
  EXPECT_EQ(producer.publish_and_wait("unsure").outcome, DeliveryOutcome::unknown);
  EXPECT_EQ(values(broker_).count("unsure"), 0u);
}

// A broker that does not know a producer takes a batch with any sequence number. If it has refused
// the first batch, since too few replicas were in sync, and takes the second, which was on its way
// already, librdkafka concludes that the first is stored, too.
TEST_F(AcknowledgementTest, ABatchBehindOneThatWasRefusedDoesNotAcknowledgeIt) {
  RunningProducer producer(settings(broker_, 25s), {"events"});
  ASSERT_EQ(producer.publish_until(DeliveryOutcome::stored, "before").outcome,
            DeliveryOutcome::stored);
  const auto sent = [&] {
    return producer.ask([](Producer& p) { return p.totals().records_sent(); });
  };
  ASSERT_TRUE(test::eventually([&] { return sent() >= 1; }, test::kReportPatience));
  broker_.answer_after(2s);  // A connection that is silent for 3 s is closed.
  broker_.plant(FaultyBroker::kProduce, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS);
  const int64_t before = sent();
  auto first = producer.publish("first");
  // The statistics come once a second, so the second event follows before the first has an answer.
  ASSERT_TRUE(test::eventually([&] { return sent() > before; }, test::kReportPatience));
  auto second = producer.publish("second");
  ASSERT_EQ(first.wait_for(test::kReportPatience), std::future_status::ready);
  ASSERT_EQ(second.wait_for(test::kReportPatience), std::future_status::ready);
  broker_.answer_after(0s);
  const auto stored = values(broker_);
  const auto at_least = [](DeliveryOutcome outcome) {
    return outcome == DeliveryOutcome::stored ? 1u : 0u;
  };
  EXPECT_GE(stored.count("first"), at_least(first.get().outcome));
  EXPECT_GE(stored.count("second"), at_least(second.get().outcome));
}

// librdkafka says of a repetition that is refused that the record is not stored, although it has
// sent the record before and had no answer.
TEST_F(AcknowledgementTest, WhatIsRefusedAfterALostAnswerIsNeitherSentAloneNorRefused) {
  for (const auto refusal :
       {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED}) {
    SCOPED_TRACE(rd_kafka_err2name(refusal));
    const std::string value = rd_kafka_err2name(refusal);
    RunningProducer producer(settings(broker_, 25s), {"events"});
    ASSERT_EQ(producer.publish_until(DeliveryOutcome::stored, "before").outcome,
              DeliveryOutcome::stored);
    const auto sent = [&] {
      return producer.ask([](Producer& p) { return p.totals().records_sent(); });
    };
    ASSERT_TRUE(test::eventually([&] { return sent() >= 1; }, test::kReportPatience));
    const int64_t before = sent();
    broker_.answer_after(10s);
    auto future = producer.publish(value);
    ASSERT_TRUE(test::eventually([&] { return sent() > before; }, test::kReportPatience));
    broker_.go_down();
    broker_.answer_after(0s);
    broker_.plant(FaultyBroker::kProduce, refusal);
    broker_.come_up();
    ASSERT_EQ(future.wait_for(test::kReportPatience), std::future_status::ready);
    const DeliveryReport report = future.get();
    EXPECT_EQ(report.outcome, DeliveryOutcome::unknown) << report.reason;
    EXPECT_GE(values(broker_).count(value), 1u);
  }
}

TEST_F(AcknowledgementTest, AConnectionOverWhichNothingIsAcknowledgedIsNotReady) {
  RunningProducer producer(settings(broker_, 2s), {"events"});
  ASSERT_EQ(producer.publish_until(DeliveryOutcome::stored, "before").outcome,
            DeliveryOutcome::stored);
  const auto not_ready = [&] {
    return producer.ask([](Producer& p) { return p.not_ready_reason(); });
  };
  broker_.plant_for_long(FaultyBroker::kProduce, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS);
  // The connection and the topic are there all the time, so only the events show it.
  EXPECT_TRUE(test::eventually(
      [&] {
        const auto outcome = producer.publish_and_wait("lost").outcome;
        EXPECT_NE(outcome, DeliveryOutcome::stored);
        return not_ready().find("Kafka acknowledges no events: no broker ") == 0;
      },
      test::kReportPatience));
  broker_.answer_again(FaultyBroker::kProduce);
  EXPECT_EQ(producer.publish_until(DeliveryOutcome::stored, "after").outcome,
            DeliveryOutcome::stored);
  // The statistics of another librdkafka producer come once a second.
  EXPECT_TRUE(test::eventually([&] { return not_ready().empty(); }, test::kReportPatience));
  EXPECT_EQ(values(broker_).count("lost"), 0u);
}

}  // namespace
}  // namespace penstock::kafka
