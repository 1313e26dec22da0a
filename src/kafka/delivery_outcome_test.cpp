#include "kafka/delivery_outcome.h"

#include <gtest/gtest.h>

namespace penstock::kafka {
namespace {

using events::DeliveryOutcome;

TEST(DeliveryOutcome, TranslatesEveryKindOfReport) {
  struct Row {
    rd_kafka_resp_err_t error;
    rd_kafka_msg_status_t persistence;
    DeliveryOutcome outcome;
    int64_t offset = RD_KAFKA_OFFSET_INVALID;
  };
  const Row rows[] = {
      {RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_MSG_STATUS_PERSISTED, DeliveryOutcome::stored, 0},
      // librdkafka has concluded that it is stored, but no broker has said where.
      {RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_MSG_STATUS_PERSISTED, DeliveryOutcome::unknown},
      {RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER, RD_KAFKA_MSG_STATUS_PERSISTED,
       DeliveryOutcome::unknown},
      {RD_KAFKA_RESP_ERR__PURGE_INFLIGHT, RD_KAFKA_MSG_STATUS_PERSISTED, DeliveryOutcome::unknown},
      {RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_MSG_STATUS_NOT_PERSISTED,
       DeliveryOutcome::not_stored},
      {RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED,
       DeliveryOutcome::unknown},
      {RD_KAFKA_RESP_ERR__PURGE_QUEUE, RD_KAFKA_MSG_STATUS_NOT_PERSISTED,
       DeliveryOutcome::not_stored},
      {RD_KAFKA_RESP_ERR__PURGE_INFLIGHT, RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED,
       DeliveryOutcome::unknown},
      {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_MSG_STATUS_NOT_PERSISTED,
       DeliveryOutcome::not_stored},
      {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED,
       DeliveryOutcome::unknown},
      {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_MSG_STATUS_NOT_PERSISTED,
       DeliveryOutcome::refused},
      {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_MSG_STATUS_NOT_PERSISTED,
       DeliveryOutcome::refused},
      // A repetition is refused, but the first attempt may be stored.
      {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED,
       DeliveryOutcome::unknown},
      {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED,
       DeliveryOutcome::unknown},
      {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED,
       DeliveryOutcome::unknown},
      {RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, RD_KAFKA_MSG_STATUS_NOT_PERSISTED,
       DeliveryOutcome::refused},
      // Bytes may be broken on the way.
      {RD_KAFKA_RESP_ERR_INVALID_MSG, RD_KAFKA_MSG_STATUS_NOT_PERSISTED,
       DeliveryOutcome::not_stored},
      {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_MSG_STATUS_NOT_PERSISTED,
       DeliveryOutcome::refused},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(outcome_of(row.error, row.persistence, row.offset), row.outcome)
        << rd_kafka_err2name(row.error);
  }
}

TEST(DeliveryOutcome, KnowsWhatABatchGetsForOneRecord) {
  for (const auto error :
       {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE,
        RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE, RD_KAFKA_RESP_ERR_INVALID_RECORD,
        RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, RD_KAFKA_RESP_ERR_INVALID_MSG,
        // librdkafka 2.8 says so of the other records, if the broker names those that it refuses.
        static_cast<rd_kafka_resp_err_t>(-138)}) {
    EXPECT_TRUE(may_concern_another_record(error)) << rd_kafka_err2name(error);
  }
  for (const auto error : {RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
                           RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT,
                           RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART}) {
    EXPECT_FALSE(may_concern_another_record(error)) << rd_kafka_err2name(error);
  }
}

}  // namespace
}  // namespace penstock::kafka
