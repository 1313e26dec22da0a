#include "kafka/delivery.h"

namespace penstock::kafka {

using events::Outcome;

namespace {

// The broker said no, and will say no again: it has not stored the record, whatever librdkafka knows of
// persistence.
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

Outcome outcome_of(rd_kafka_resp_err_t error, rd_kafka_msg_status_t persistence) {
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return Outcome::stored;
  if (is_refusal(error)) return Outcome::refused;
  switch (persistence) {
    case RD_KAFKA_MSG_STATUS_NOT_PERSISTED:
      return Outcome::not_stored;
    case RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED:
      return Outcome::unknown;
    case RD_KAFKA_MSG_STATUS_PERSISTED:
      return Outcome::stored;  // A retry was a duplicate, and the record is there.
  }
  return Outcome::unknown;
}

events::Report report_of(const rd_kafka_message_t& message) {
  events::Report report{.outcome = outcome_of(message.err, rd_kafka_message_status(&message)),
                        .partition = message.partition,
                        .offset = message.offset};
  if (report.outcome != Outcome::stored) report.reason = rd_kafka_err2str(message.err);
  return report;
}

}  // namespace penstock::kafka
