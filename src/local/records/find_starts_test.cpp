#include "local/records/find_starts.h"

#include <gtest/gtest.h>

#include "kafka/client.h"
// This header needs rdkafka.h, so it comes after it.
#include <librdkafka/rdkafka_mock.h>

#include <memory>

namespace penstock::local {
namespace {

// The broker answers the request to store offsets, but after 8 s.
TEST(FindStarts, DoesNotWaitForAnAnswerLongerThanItsPatience) {
  const auto broker = kafka::make_client(RD_KAFKA_PRODUCER, {{"log_level", "0"}});
  ASSERT_TRUE(broker);
  const std::unique_ptr<rd_kafka_mock_cluster_t, kafka::Release<rd_kafka_mock_cluster_destroy>>
      mock(rd_kafka_mock_cluster_new(broker->get(), 1));
  ASSERT_EQ(rd_kafka_mock_topic_create(mock.get(), "events", 1, 1), RD_KAFKA_RESP_ERR_NO_ERROR);
  constexpr int16_t kOffsetCommit = 8;  // Kafka's protocol, "API keys".
  ASSERT_EQ(rd_kafka_mock_broker_push_request_error_rtts(mock.get(), 1, kOffsetCommit, 1,
                                                         RD_KAFKA_RESP_ERR_NO_ERROR, 8'000),
            RD_KAFKA_RESP_ERR_NO_ERROR);
  const auto client = kafka::make_client(
      RD_KAFKA_CONSUMER,
      {{"bootstrap.servers", rd_kafka_mock_cluster_bootstraps(mock.get())}, {"group.id", "group"}},
      RD_KAFKA_EVENT_OFFSET_COMMIT);
  ASSERT_TRUE(client);
  const kafka::Partitions partitions(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(partitions.get(), "events", 0);
  const auto starts = find_starts(client->get(), StartingPosition::latest, 0, partitions.get());
  ASSERT_FALSE(starts);
  EXPECT_EQ(starts.error().code, base::ErrorCode::unavailable);
}

}  // namespace
}  // namespace penstock::local
