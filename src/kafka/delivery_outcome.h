#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>

#include "events/sink.h"
#include "kafka/instance.h"

namespace penstock::kafka {

// Translates librdkafka's delivery report of a record into ours (docs/architecture.md, "Truthful
// answers"). The record was given to this instance. It cannot fail.
[[nodiscard]] events::DeliveryReport report_of(const rd_kafka_message_t& message,
                                               const Instance& instance);

// Says whether a record with this error has ended without an answer, since its time was over or its
// producer was replaced.
[[nodiscard]] bool is_without_answer(rd_kafka_resp_err_t error);

// Does the same for the parts of librdkafka's report: the error, what librdkafka knows about
// whether the record is stored, and the offset. Only what has an offset is stored: a success
// without one is a conclusion of librdkafka's, which may be wrong (docs/adr/0024).
[[nodiscard]] events::DeliveryOutcome outcome_of(rd_kafka_resp_err_t error,
                                                 rd_kafka_msg_status_t persistence,
                                                 int64_t offset = RD_KAFKA_OFFSET_INVALID);

// Says whether Kafka refuses a whole batch with this error although perhaps only one of its records
// is to blame, or none but their number. A record that is refused so is sent again alone; what
// Kafka says then is true of the record (docs/adr/0024 lists the errors and their sources).
[[nodiscard]] bool may_concern_another_record(rd_kafka_resp_err_t error);

}  // namespace penstock::kafka
