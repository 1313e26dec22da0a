#pragma once

#include <librdkafka/rdkafka.h>

#include "events/sink.h"

namespace penstock::kafka {

// Translates librdkafka's delivery report of a record into ours (docs/architecture.md, "Truthful
// answers"). It cannot fail.
[[nodiscard]] events::DeliveryReport report_of(const rd_kafka_message_t& message);

// Does the same for the two parts of librdkafka's report: the error, and what librdkafka knows
// about whether the record is stored.
[[nodiscard]] events::DeliveryOutcome outcome_of(rd_kafka_resp_err_t error,
                                                 rd_kafka_msg_status_t persistence);

}  // namespace penstock::kafka
