// Kafka refuses a whole batch for one of its records, or for their number. These tests have the
// producer send again alone what was refused, with a real Kafka, and with librdkafka's broker in
// memory where an error is planted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "kafka/producer.h"
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
using test::FaultyBroker;
using test::RunningProducer;
using testing::HasSubstr;

// The deadline is long: these tests ask what is true, not how fast a busy machine is.
kafka::Settings patient(const std::string& bootstrap) {
  kafka::Settings settings{.bootstrap = bootstrap, .client_id = "refused_batch_test"};
  settings.publish_deadline = 25s;
  settings.create_topics = false;
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

// Publishes the values at once, which makes batches of them, and waits for the reports.
std::map<std::string, DeliveryReport> publish_all(RunningProducer& producer,
                                                  const std::vector<std::string>& values,
                                                  const std::string& topic) {
  std::map<std::string, std::future<DeliveryReport>> futures;
  for (const std::string& value : values) futures[value] = producer.publish(value, topic);
  std::map<std::string, DeliveryReport> reports;
  for (auto& [value, future] : futures) {
    if (future.wait_for(test::kReportPatience) != std::future_status::ready) {
      ADD_FAILURE() << "no report";
      return reports;
    }
    reports[value] = future.get();
  }
  return reports;
}

std::string event_of(int number, size_t bytes) {
  std::string value = std::to_string(number) + " ";
  value.resize(bytes, 'x');
  return value;
}

class RefusedBatchTest : public test::RealKafkaTest {
 protected:
  static void make(const std::string& topic, const std::string& setting, const std::string& value,
                   int partitions = 1) {
    const auto made =
        test::create_topic(kafka().bootstrap(), topic, partitions, {{setting, value}});
    ASSERT_TRUE(made) << made.error().message;
  }
};

// Publishes so many events that fit into the topic "small", and one among them that does not.
void expect_that_only_the_large_one_is_refused(RunningProducer& producer,
                                               const std::string& bootstrap, int count) {
  std::vector<std::string> events;
  for (int i = 0; i < count; ++i) events.push_back(event_of(i, 400));
  const std::string too_large = event_of(count, 4500);
  events.insert(events.begin() + count / 2, too_large);
  const auto reports = publish_all(producer, events, "small");
  const auto stored = values(bootstrap, "small");
  EXPECT_EQ(stored.size(), static_cast<size_t>(count));
  for (const auto& [value, report] : reports) {
    const bool fits = value != too_large;
    ASSERT_EQ(report.outcome, fits ? DeliveryOutcome::stored : DeliveryOutcome::refused)
        << value.substr(0, 5) << ": " << report.reason;
    ASSERT_EQ(stored.count(value), fits ? 1u : 0u) << value.substr(0, 5);
  }
}

// Waits until the producer has read a limit of 4000 bytes.
bool has_small_batches(RunningProducer& producer) {
  return test::eventually(
      [&] {
        return producer.ask([](Producer& p) { return ProducerTestAccess::batch_bytes(p); }) == 4000;
      },
      test::kReportPatience);
}

TEST_F(RefusedBatchTest, OnlyTheEventThatIsTooLargeForTheTopicIsRefused) {
  make("small", "max.message.bytes", "4000", 3);
  RunningProducer producer(patient(kafka().bootstrap()), {"small"});
  ASSERT_TRUE(has_small_batches(producer));
  expect_that_only_the_large_one_is_refused(producer, kafka().bootstrap(), 500);
}

TEST_F(RefusedBatchTest, BatchesAreMadeForTheSmallestTopicOnceItsLimitIsRead) {
  make("read", "max.message.bytes", "4000");
  RunningProducer producer(patient(kafka().bootstrap()), {"read"});
  ASSERT_TRUE(producer.logs(
      "\"record batches get another size, since a topic limits them\",\"bytes\":4000"));
  ASSERT_TRUE(has_small_batches(producer));
  std::vector<std::string> events;
  for (int i = 0; i < 1000; ++i) events.push_back(event_of(i, 400));
  for (const auto& [value, report] : publish_all(producer, events, "read")) {
    ASSERT_EQ(report.outcome, DeliveryOutcome::stored) << report.reason;
  }
  EXPECT_FALSE(producer.ask([](Producer& p) { return ProducerTestAccess::sends_alone(p); }))
      << "Kafka has refused a batch";
}

TEST_F(RefusedBatchTest, OnlyTheEventWithoutAKeyIsRefusedByACompactedTopic) {
  make("compacted", "cleanup.policy", "compact");
  RunningProducer producer(patient(kafka().bootstrap()), {"compacted"});
  std::vector<std::pair<std::string, std::future<DeliveryReport>>> reports;
  for (int i = 0; i < 200; ++i) {
    const std::string value = event_of(i, 20);
    reports.emplace_back(value, producer.publish(value, "compacted", i != 100));
  }
  const std::string keyless = event_of(100, 20);
  for (auto& [value, future] : reports) {
    ASSERT_EQ(future.wait_for(test::kReportPatience), std::future_status::ready);
    const DeliveryReport report = future.get();
    ASSERT_EQ(report.outcome, value == keyless ? DeliveryOutcome::refused : DeliveryOutcome::stored)
        << value << report.reason;
  }
  EXPECT_EQ(values(kafka().bootstrap(), "compacted").count(keyless), 0u);
}

class PlantedRefusalTest : public testing::TestWithParam<rd_kafka_resp_err_t> {
 protected:
  FaultyBroker broker_{"events"};
};

TEST_P(PlantedRefusalTest, AnEventIsStoredIfOnlyItsBatchIsRefused) {
  RunningProducer producer(patient(broker_.bootstrap()), {"events"});
  ASSERT_EQ(producer.publish_until(DeliveryOutcome::stored, "before").outcome,
            DeliveryOutcome::stored);
  broker_.plant(FaultyBroker::kProduce, GetParam());
  std::vector<std::string> events;
  for (int i = 0; i < 20; ++i) events.push_back(event_of(i, 20));
  for (const auto& [value, report] : publish_all(producer, events, "events")) {
    EXPECT_EQ(report.outcome, DeliveryOutcome::stored) << report.reason;
    EXPECT_EQ(values(broker_.bootstrap(), "events").count(value), 1u);
  }
  EXPECT_TRUE(producer.ask([](Producer& p) { return ProducerTestAccess::sends_alone(p); }));
}

TEST_P(PlantedRefusalTest, AnEventThatIsRefusedAloneIsNotStored) {
  RunningProducer producer(patient(broker_.bootstrap()), {"events"});
  ASSERT_EQ(producer.publish_until(DeliveryOutcome::stored, "before").outcome,
            DeliveryOutcome::stored);
  broker_.plant_twice(FaultyBroker::kProduce, GetParam());
  const DeliveryReport report = producer.publish_and_wait("refused");
  // A checksum can be wrong since the bytes were broken on the way, so another try may work.
  EXPECT_EQ(report.outcome, GetParam() == RD_KAFKA_RESP_ERR_INVALID_MSG
                                ? DeliveryOutcome::not_stored
                                : DeliveryOutcome::refused)
      << report.reason;
  EXPECT_EQ(values(broker_.bootstrap(), "events").count("refused"), 0u);
  EXPECT_EQ(producer.publish_until(DeliveryOutcome::stored, "after").outcome,
            DeliveryOutcome::stored);
}

INSTANTIATE_TEST_SUITE_P(
    Errors, PlantedRefusalTest,
    testing::Values(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE,
                    RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE, RD_KAFKA_RESP_ERR_INVALID_RECORD,
                    RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, RD_KAFKA_RESP_ERR_INVALID_MSG),
    [](const auto& error) { return std::string(rd_kafka_err2name(error.param)); });

TEST(RefusedTimestampTest, IsToldAsThisMachinesClock) {
  FaultyBroker broker("events");
  RunningProducer producer(patient(broker.bootstrap()), {"events"});
  ASSERT_EQ(producer.publish_until(DeliveryOutcome::stored, "before").outcome,
            DeliveryOutcome::stored);
  broker.plant_twice(FaultyBroker::kProduce, RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP);
  const DeliveryReport report = producer.publish_and_wait("early");
  EXPECT_EQ(report.outcome, DeliveryOutcome::refused);
  EXPECT_THAT(report.reason, HasSubstr("this machine's clock says 2"));
  const auto not_ready = [&] {
    return producer.ask([](Producer& p) { return p.not_ready_reason(); });
  };
  // A missing connection is reported first, and librdkafka's statistics come once a second.
  EXPECT_TRUE(test::eventually(
      [&] { return not_ready().find("this machine's clock says 2") != std::string::npos; }));
  EXPECT_EQ(producer.publish_until(DeliveryOutcome::stored, "after").outcome,
            DeliveryOutcome::stored);
  EXPECT_EQ(not_ready(), "");
}

TEST(UnknownLimitTest, BatchesGetSmallerAfterARefusalOfTheirSize) {
  FaultyBroker broker("events");  // It does not tell a topic's settings.
  RunningProducer producer(patient(broker.bootstrap()), {"events"});
  ASSERT_EQ(producer.publish_until(DeliveryOutcome::stored, "before").outcome,
            DeliveryOutcome::stored);
  broker.plant(FaultyBroker::kProduce, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
  EXPECT_EQ(producer.publish_and_wait("1").outcome, DeliveryOutcome::stored);
  EXPECT_TRUE(test::eventually([&] {
    return producer.ask([](Producer& p) { return ProducerTestAccess::batch_bytes(p); }) == 125'000;
  }));
  EXPECT_EQ(producer.publish_and_wait("2").outcome, DeliveryOutcome::stored);
}

}  // namespace
}  // namespace penstock::kafka
