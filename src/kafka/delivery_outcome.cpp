#include "kafka/delivery_outcome.h"

namespace penstock::kafka {

using events::DeliveryOutcome;

namespace {

// Says whether the broker has refused the record and will refuse it again. Such a record is not
// stored, whatever librdkafka knows about its persistence.
bool is_refusal(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
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
      return DeliveryOutcome::stored;  // A retry was a duplicate, so the record is stored.
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
