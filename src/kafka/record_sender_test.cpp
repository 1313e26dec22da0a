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
  EXPECT_EQ(rd_kafka_outq_len((*instance)->client()), 0);
}

}  // namespace
}  // namespace penstock::kafka
