#include "kafka/record_sender.h"

#include <gtest/gtest.h>

namespace penstock::kafka {
namespace {

// librdkafka takes no name of more than 512 bytes. Its last error must not decide: it is that of
// another call, and "no error" would mean that a report follows.
TEST(SendRecord, RefusesATopicThatLibrdkafkaRefusesEachTime) {
  auto instance = Instance::make({.bootstrap = "127.0.0.1:9", .client_id = "test"});
  ASSERT_TRUE(instance);
  const events::Event event{
      .id = "1", .type = "t", .topic = std::string(600, 'x'), .source = "/s", .time = {}};
  base::TimeText time_text;
  int ticket = 0;
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(send_record(**instance, event, &ticket, time_text),
              RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION);
    EXPECT_NE((*instance)->topic("events"), nullptr);
  }
  // The queue may have other events: no broker listens there.
  while (const Event event_of_queue{rd_kafka_queue_poll((*instance)->queue(), 0)}) {
    EXPECT_NE(rd_kafka_event_type(event_of_queue.get()), RD_KAFKA_EVENT_DR);
  }
}

}  // namespace
}  // namespace penstock::kafka
