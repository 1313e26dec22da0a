#include "kafka/delivery_outcome.h"

#include <string>

namespace penstock::kafka {

using events::DeliveryOutcome;

namespace {

// Says whether the broker has refused the record and will refuse it again.
bool is_refusal(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:  // The topic's name is not valid.
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
      return true;
    default:
      return false;
  }
}

// This is RD_KAFKA_RESP_ERR__INVALID_DIFFERENT_RECORD of later versions of librdkafka (2.8 has it,
// 2.0 has not): the broker has named the records that it refuses, and this one is not among them.
constexpr auto kInvalidDifferentRecord = static_cast<rd_kafka_resp_err_t>(-138);

constexpr const char* kWithoutAnswer = "no broker acknowledged the event in time";

// librdkafka's own words for these would name only what the producer has done: a purge.
std::string reason_of(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      return "no broker has said where the event is stored";
    case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
      return "no broker took the event in time";
    case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
      return kWithoutAnswer;
    default:
      return rd_kafka_err2str(error);
  }
}

}  // namespace

bool may_concern_another_record(rd_kafka_resp_err_t error) {
  if (error == kInvalidDifferentRecord) return true;
  switch (error) {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:     // max.message.bytes holds for the batch.
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:  // The batch is larger than a segment of the log.
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:     // For example, no key for a topic that is compacted.
    case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:  // message.timestamp.before.max.ms and after.max.ms.
    case RD_KAFKA_RESP_ERR_INVALID_MSG:        // The checksum is that of the batch.
      return true;
    default:
      return false;
  }
}

DeliveryOutcome outcome_of(rd_kafka_resp_err_t error, rd_kafka_msg_status_t persistence,
                           int64_t offset) {
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    return offset >= 0 ? DeliveryOutcome::stored : DeliveryOutcome::unknown;
  }
  // Only a repetition is refused, if the record may be stored already by an earlier attempt.
  if (persistence != RD_KAFKA_MSG_STATUS_NOT_PERSISTED) return DeliveryOutcome::unknown;
  return is_refusal(error) ? DeliveryOutcome::refused : DeliveryOutcome::not_stored;
}

bool is_without_answer(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR__PURGE_QUEUE || error == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT ||
         error == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT;
}

events::DeliveryReport report_of(const rd_kafka_message_t& message, const Instance& instance) {
  events::DeliveryReport report{
      .outcome = outcome_of(message.err, rd_kafka_message_status(&message), message.offset)};
  if (report.outcome == DeliveryOutcome::stored) {
    report.stored_at = events::StoredAt{{message.partition}, {message.offset}};
    return report;
  }
  report.reason = reason_of(message.err);
  if (report.outcome == DeliveryOutcome::not_stored && is_without_answer(message.err) &&
      instance.may_have_sent(message)) {
    report.outcome = DeliveryOutcome::unknown;
    report.reason = kWithoutAnswer;
  }
  return report;
}

}  // namespace penstock::kafka
