// These tests compare what the producer tells of librdkafka with what librdkafka's broker in memory
// has done to it.
#include <gtest/gtest.h>

#include <chrono>

#include "kafka/producer.h"
#include "support/faulty_broker.h"
#include "support/program.h"
#include "support/running_producer.h"

namespace penstock::kafka {
namespace {

using namespace std::chrono_literals;
using events::DeliveryOutcome;

kafka::Settings settings(const std::string& bootstrap) {
  kafka::Settings made{.bootstrap = bootstrap, .client_id = "statistics_test"};
  made.create_topics = false;
  made.publish_deadline = 20s;
  return made;
}

TEST(ProducerStatistics, ARecordThatIsSentAgainCountsAgain) {
  test::FaultyBroker broker("events");
  test::RunningProducer producer(settings(broker.bootstrap()), {"events"});
  ASSERT_EQ(producer.publish_until(DeliveryOutcome::stored, "first").outcome,
            DeliveryOutcome::stored);
  const auto sent = [&] {
    return producer.ask([](Producer& p) { return p.totals().records_sent(); });
  };
  // The statistics come once a second.
  ASSERT_TRUE(test::eventually([&] { return sent() >= 1; }, test::kReportPatience));
  const int64_t before = sent();
  broker.plant(test::FaultyBroker::kProduce, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
  EXPECT_EQ(producer.publish_and_wait("second").outcome, DeliveryOutcome::stored);
  EXPECT_TRUE(test::eventually([&] { return sent() >= before + 2; }, test::kReportPatience));
}

TEST(ProducerStatistics, TheQueueHasTheBytesThatWait) {
  test::FaultyBroker broker("events");
  test::RunningProducer producer(settings(broker.bootstrap()), {"events"});
  ASSERT_EQ(producer.publish_until(DeliveryOutcome::stored, "first").outcome,
            DeliveryOutcome::stored);
  broker.go_down();
  auto waiting = producer.publish("second");
  const auto now = [&] { return producer.ask([](Producer& p) { return p.statistics(); }); };
  EXPECT_TRUE(test::eventually(
      [&] {
        const Statistics statistics = now();
        return statistics.brokers_up == 0 && statistics.queued_bytes > 0;
      },
      test::kReportPatience));
  broker.come_up();
  ASSERT_EQ(waiting.wait_for(test::kReportPatience), std::future_status::ready);
  EXPECT_TRUE(test::eventually([&] { return now().queued_bytes == 0; }, test::kReportPatience));
}

}  // namespace
}  // namespace penstock::kafka
