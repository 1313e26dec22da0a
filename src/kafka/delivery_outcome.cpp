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
  // A repetition may be refused for itself, while the first attempt is stored. The other refusals
  // hold for every attempt, whatever librdkafka knows about the persistence.
  const bool may_be_stored = persistence != RD_KAFKA_MSG_STATUS_NOT_PERSISTED;
  if (is_refusal(error) && !(may_be_stored && may_concern_another_record(error))) {
    return DeliveryOutcome::refused;
  }
  return may_be_stored ? DeliveryOutcome::unknown : DeliveryOutcome::not_stored;
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
