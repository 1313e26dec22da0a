#include "kafka/delivery_outcome.h"

namespace penstock::kafka {

using events::DeliveryOutcome;

namespace {

// The broker said no, and will say no again: it has not stored the record, whatever librdkafka
// knows of persistence.
bool is_refusal(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:  // Not a legal topic name.
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
      return true;
    default:
      return false;
  }
}

}  // namespace

DeliveryOutcome outcome_of(rd_kafka_resp_err_t error, rd_kafka_msg_status_t persistence) {
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return DeliveryOutcome::stored;
  if (is_refusal(error)) return DeliveryOutcome::refused;
  switch (persistence) {
    case RD_KAFKA_MSG_STATUS_NOT_PERSISTED:
      return DeliveryOutcome::not_stored;
    case RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED:
      return DeliveryOutcome::unknown;
    case RD_KAFKA_MSG_STATUS_PERSISTED:
      return DeliveryOutcome::stored;  // A retry was a duplicate, and the record is there.
  }
  return DeliveryOutcome::unknown;
}

events::DeliveryReport report_of(const rd_kafka_message_t& message) {
  events::DeliveryReport report{.outcome =
                                    outcome_of(message.err, rd_kafka_message_status(&message))};
  if (report.outcome != DeliveryOutcome::stored) {
    report.reason = rd_kafka_err2str(message.err);
  } else if (message.partition >= 0 && message.offset >= 0) {
    report.stored_at = events::StoredAt{{message.partition}, {message.offset}};
  }
  return report;
}

}  // namespace penstock::kafka
