// These tests run the producer and the publisher with librdkafka's in-process broker. A real Apache
// Kafka is used where a broker is killed or a topic created.
#include "kafka/producer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <set>

#include "local/kafka/memory_broker.h"
#include "support/faulty_broker.h"
#include "support/kafka_client.h"
#include "support/program.h"
#include "support/real_kafka.h"
#include "support/running_producer.h"

namespace penstock::kafka {
namespace {

using namespace std::chrono_literals;
using events::DeliveryOutcome;
using events::DeliveryReport;
using test::RunningProducer;
using testing::HasSubstr;

constexpr std::chrono::seconds kPatience = test::kReportPatience;

kafka::Settings plain(const std::string& bootstrap, bool create_topics, int64_t partitions = 1) {
  kafka::Settings settings{.bootstrap = bootstrap, .client_id = "producer_test"};
  settings.create_topics = create_topics;
  settings.partitions = partitions;
  return settings;
}

std::multiset<std::string> values(const std::string& bootstrap, const std::string& topic) {
  const auto records = test::read_topic(bootstrap, topic);
  std::multiset<std::string> found;
  if (!records) {
    ADD_FAILURE() << records.error().message;
    return found;
  }
  for (const local::Record& record : *records) found.insert(record.value.value_or(""));
  return found;
}

class MemoryProducerTest : public testing::Test {
 protected:
  local::MemoryBroker broker_ = std::move(local::MemoryBroker::start("events", 1).value());
};

TEST_F(MemoryProducerTest, AnAcknowledgedEventIsInTheTopicWithItsHeaders) {
  RunningProducer producer(plain(broker_.bootstrap(), false), {"events"});
  const DeliveryReport report = producer.publish_and_wait("{\"n\":1}");
  EXPECT_EQ(report.outcome, DeliveryOutcome::stored) << report.reason;
  ASSERT_TRUE(report.stored_at);
  EXPECT_EQ(report.stored_at->partition, base::Partition{0});
  EXPECT_EQ(report.stored_at->offset, base::Offset{0});
  const auto records = test::read_topic(broker_.bootstrap(), "events");
  ASSERT_TRUE(records) << records.error().message;
  ASSERT_EQ(records->size(), 1u);
  EXPECT_EQ(records->front().value, "{\"n\":1}");
  EXPECT_EQ(records->front().key, "k");
  EXPECT_THAT(records->front().headers,
              testing::Contains(testing::FieldsAre("ce_id", "{\"n\":1}")));
  EXPECT_THAT(records->front().headers, testing::Contains(testing::FieldsAre("ce_type", "t")));
}

TEST_F(MemoryProducerTest, ManyEventsGetAReportEach) {
  RunningProducer producer(plain(broker_.bootstrap(), false), {"events"});
  std::vector<std::future<DeliveryReport>> reports;
  for (int i = 0; i < 2000; ++i) reports.push_back(producer.publish(std::to_string(i)));
  std::set<base::Offset> offsets;
  for (auto& report : reports) {
    ASSERT_EQ(report.wait_for(kPatience), std::future_status::ready);
    const DeliveryReport got = report.get();
    ASSERT_EQ(got.outcome, DeliveryOutcome::stored) << got.reason;
    ASSERT_TRUE(got.stored_at);
    offsets.insert(got.stored_at->offset);
  }
  EXPECT_EQ(offsets.size(), 2000u);
}

TEST_F(MemoryProducerTest, AnEventThatIsTooLargeIsRefusedForGood) {
  RunningProducer producer(plain(broker_.bootstrap(), false), {"events"});
  EXPECT_EQ(producer.publish_and_wait(std::string(2'000'000, 'x')).outcome,
            DeliveryOutcome::refused);
}

TEST_F(MemoryProducerTest, AFatalErrorReplacesTheInstanceAndLosesNoReport) {
  RunningProducer producer(plain(broker_.bootstrap(), false), {"events"});
  ASSERT_EQ(producer.publish_until(DeliveryOutcome::stored, "before").outcome,
            DeliveryOutcome::stored);
  std::vector<std::future<DeliveryReport>> reports;
  for (int i = 0; i < 50; ++i) reports.push_back(producer.publish("during"));
  producer.force_fatal_error();
  for (int i = 0; i < 50; ++i) reports.push_back(producer.publish("during"));
  for (auto& report : reports) ASSERT_EQ(report.wait_for(kPatience), std::future_status::ready);
  EXPECT_EQ(producer.publish_until(DeliveryOutcome::stored, "after").outcome,
            DeliveryOutcome::stored);
  EXPECT_EQ(producer.ask([](Producer& p) { return p.replacements(); }), 1u);
  size_t stored = 0;
  for (auto& report : reports) stored += report.get().outcome == DeliveryOutcome::stored ? 1 : 0;
  EXPECT_GE(values(broker_.bootstrap(), "events").count("during"), stored);
}

TEST(FaultyProducerTest, AFatalErrorAtTheEndLosesNoReport) {
  test::FaultyBroker broker("events");
  std::vector<std::future<DeliveryReport>> reports;
  {
    RunningProducer producer(plain(broker.bootstrap(), false), {"events"});
    ASSERT_EQ(producer.publish_until(DeliveryOutcome::stored, "before").outcome,
              DeliveryOutcome::stored);
    broker.go_down();
    for (int i = 0; i < 50; ++i) reports.push_back(producer.publish("during"));
    producer.force_fatal_error_at_the_end();
  }
  for (auto& report : reports) {
    ASSERT_NO_THROW(EXPECT_NE(report.get().outcome, DeliveryOutcome::stored)) << "it has no report";
  }
}

TEST_F(MemoryProducerTest, ReplacedInstancesLeaveNoThreadBehind) {
  RunningProducer producer(plain(broker_.bootstrap(), false), {"events"});
  constexpr uint64_t kTimes = kafka::Instances::kOldMax + 2;
  for (uint64_t i = 1; i <= kTimes; ++i) {
    ASSERT_EQ(producer.publish_until(DeliveryOutcome::stored, "before").outcome,
              DeliveryOutcome::stored);
    producer.force_fatal_error();
    ASSERT_TRUE(test::eventually(
        [&] { return producer.ask([](Producer& p) { return p.replacements(); }) == i; }));
  }
  EXPECT_EQ(producer.publish_until(DeliveryOutcome::stored, "after").outcome,
            DeliveryOutcome::stored);
  EXPECT_TRUE(test::eventually([&] {
    return producer.ask([](Producer& p) { return ProducerTestAccess::old_instances(p); }) == 0;
  })) << "an instance that has ended, or its thread, is kept for ever";
}

TEST_F(MemoryProducerTest, ANewInstanceWaitsWhileTooManyOldOnesHangAndTheLogSaysSo) {
  std::latch end(1);
  RunningProducer producer(plain(broker_.bootstrap(), false), {"events"});
  ASSERT_EQ(producer.publish_until(DeliveryOutcome::stored, "before").outcome,
            DeliveryOutcome::stored);
  for (size_t i = 0; i < kafka::Instances::kOldMax; ++i) {
    EXPECT_TRUE(producer.ask(
        [&](Producer& p) { return ProducerTestAccess::hang(p, [&end] { end.wait(); }); }));
  }
  producer.force_fatal_error();
  EXPECT_TRUE(producer.logs("the new Kafka producer waits, because too many old ones"));
  EXPECT_EQ(producer.publish_and_wait("meanwhile").outcome, DeliveryOutcome::not_stored);
  EXPECT_EQ(producer.ask([](Producer& p) { return ProducerTestAccess::old_instances(p); }),
            kafka::Instances::kOldMax + 1);
  end.count_down();
  EXPECT_EQ(producer.publish_until(DeliveryOutcome::stored, "after").outcome,
            DeliveryOutcome::stored);
}

class KafkaProducerTest : public test::RealKafkaTest {};

TEST_F(KafkaProducerTest, MakesItsTopicAtStartAndFindsItAtTheNext) {
  {
    RunningProducer producer(plain(kafka().bootstrap(), true, 3), {"made"});
    EXPECT_EQ(producer.publish_until(DeliveryOutcome::stored, "1", "made").outcome,
              DeliveryOutcome::stored);
    EXPECT_EQ(producer.ask([](Producer& p) { return p.not_ready_reason(); }), "");
  }
  RunningProducer again(plain(kafka().bootstrap(), true, 3), {"made"});
  EXPECT_EQ(again.publish_until(DeliveryOutcome::stored, "2", "made").outcome,
            DeliveryOutcome::stored);
  EXPECT_EQ(values(kafka().bootstrap(), "made"), (std::multiset<std::string>{"1", "2"}));
}

TEST_F(KafkaProducerTest, ATopicThatIsNotThereIsRefusedForGoodOnceKafkaIsSure) {
  RunningProducer producer(plain(kafka().bootstrap(), false), {"absent"});
  const DeliveryReport first = producer.publish_and_wait("1", "absent");
  EXPECT_TRUE(first.outcome == DeliveryOutcome::not_stored ||
              first.outcome == DeliveryOutcome::refused)
      << first.reason;
  EXPECT_EQ(producer.publish_until(DeliveryOutcome::refused, "2", "absent").outcome,
            DeliveryOutcome::refused);
}

// Waits until the producer's reason for not being ready is this one, and returns the last reason.
std::string reason_becomes(RunningProducer& producer, const std::string& wanted) {
  std::string reason;
  (void)test::eventually(
      [&] {
        reason = producer.ask([](Producer& p) { return p.not_ready_reason(); });
        return reason == wanted;
      },
      kPatience);
  return reason;
}

TEST_F(KafkaProducerTest, AMissingTopicIsNamedUntilSomebodyMakesItAndAgainWhenItIsDeleted) {
  const std::string missing = "topic 'by_hand' does not exist";
  RunningProducer producer(plain(kafka().bootstrap(), false), {"by_hand", "there"});
  ASSERT_TRUE(test::create_topic(kafka().bootstrap(), "there", 1));
  EXPECT_EQ(reason_becomes(producer, missing), missing);
  EXPECT_TRUE(
      producer.logs("\"the topic does not exist, so its events are refused\","
                    "\"topic\":\"by_hand\""));
  const DeliveryReport refused = producer.publish_and_wait("1", "by_hand");
  EXPECT_EQ(refused.outcome, DeliveryOutcome::refused);
  EXPECT_EQ(refused.reason, missing);
  const auto topics = producer.ask([](Producer& p) { return p.topics(); });
  ASSERT_EQ(topics.size(), 2u);
  EXPECT_EQ(topics[0].name, "by_hand");
  EXPECT_FALSE(topics[0].ready);
  EXPECT_TRUE(topics[1].ready);

  ASSERT_TRUE(test::create_topic(kafka().bootstrap(), "by_hand", 1));
  EXPECT_EQ(reason_becomes(producer, ""), "");
  EXPECT_EQ(producer.publish_until(DeliveryOutcome::stored, "2", "by_hand").outcome,
            DeliveryOutcome::stored);

  ASSERT_TRUE(test::delete_topic(kafka().bootstrap(), "by_hand"));
  EXPECT_EQ(reason_becomes(producer, missing), missing);
  ASSERT_TRUE(test::create_topic(kafka().bootstrap(), "by_hand", 1));
  EXPECT_EQ(reason_becomes(producer, ""), "");
  EXPECT_EQ(producer.publish_until(DeliveryOutcome::stored, "3", "by_hand").outcome,
            DeliveryOutcome::stored);
}

TEST_F(KafkaProducerTest, ATopicThatCannotBeMadeIsToldWithKafkasReason) {
  ASSERT_TRUE(test::create_topic(kafka().bootstrap(), "beside.it", 1));
  RunningProducer producer(plain(kafka().bootstrap(), true), {"beside_it"});
  const std::string kafkas = "Topic 'beside_it' collides with existing topic: beside.it";
  const std::string reason = "topic 'beside_it' does not exist and cannot be created: " + kafkas;
  EXPECT_EQ(reason_becomes(producer, reason), reason);
  EXPECT_EQ(producer.publish_and_wait("1", "beside_it").outcome, DeliveryOutcome::refused);
  EXPECT_TRUE(
      producer.logs("\"the topic cannot be created here and must already exist\","
                    "\"topic\":\"beside_it\",\"reason\":\"" +
                    kafkas + "\""));
  EXPECT_EQ(producer.log_text().find("kafka-cluster"), std::string::npos)
      << "a missing right is not the reason";
}

TEST_F(KafkaProducerTest, WhatIsSaidInAnOutageIsTrueAndServiceReturnsByItself) {
  RunningProducer producer(plain(kafka().bootstrap(), true), {"outage"});
  ASSERT_EQ(producer.publish_until(DeliveryOutcome::stored, "before", "outage").outcome,
            DeliveryOutcome::stored);
  kafka().kill9();
  std::set<std::string> refused, unknown;
  for (int i = 0; i < 3; ++i) {
    std::vector<std::pair<std::string, std::future<DeliveryReport>>> round;
    for (int j = 0; j < 20; ++j) {
      const std::string value = std::to_string(i) + "-" + std::to_string(j);
      round.emplace_back(value, producer.publish(value, "outage"));
    }
    for (auto& [value, report] : round) {
      ASSERT_EQ(report.wait_for(kPatience), std::future_status::ready);
      const DeliveryReport got = report.get();
      EXPECT_NE(got.outcome, DeliveryOutcome::stored);
      EXPECT_NE(got.outcome, DeliveryOutcome::refused) << got.reason;
      (got.outcome == DeliveryOutcome::not_stored ? refused : unknown).insert(value);
    }
  }
  EXPECT_NE(producer.ask([](Producer& p) { return p.not_ready_reason(); }), "");
  ASSERT_TRUE(kafka().start());
  EXPECT_EQ(producer.publish_until(DeliveryOutcome::stored, "after", "outage").outcome,
            DeliveryOutcome::stored);
  const std::multiset<std::string> found = values(kafka().bootstrap(), "outage");
  EXPECT_EQ(found.count("before"), 1u);
  EXPECT_EQ(found.count("after"), 1u);
  for (const std::string& value : refused) EXPECT_EQ(found.count(value), 0u) << value;
  for (const std::string& value : unknown) EXPECT_LE(found.count(value), 1u) << value;
}

TEST_F(KafkaProducerTest, ABrokerThatIsDownAtStartIsWaitedFor) {
  kafka().kill9();
  RunningProducer producer(plain(kafka().bootstrap(), true), {"cold"});
  const DeliveryReport report = producer.publish_and_wait("early", "cold");
  EXPECT_EQ(report.outcome, DeliveryOutcome::not_stored) << report.reason;
  EXPECT_THAT(producer.ask([](Producer& p) { return p.not_ready_reason(); }),
              HasSubstr(kafka().bootstrap()));
  ASSERT_TRUE(kafka().start());
  EXPECT_EQ(producer.publish_until(DeliveryOutcome::stored, "late", "cold").outcome,
            DeliveryOutcome::stored);
  EXPECT_EQ(values(kafka().bootstrap(), "cold"), std::multiset<std::string>{"late"});
}

}  // namespace
}  // namespace penstock::kafka
