#pragma once

#include <librdkafka/rdkafka.h>

#include "events/sink.h"

namespace penstock::kafka {

// What a delivery report means for the client (docs/architecture.md, "Truthful answers").
[[nodiscard]] events::DeliveryReport report_of(const rd_kafka_message_t& message);

// The same from its two parts.
[[nodiscard]] events::DeliveryOutcome outcome_of(rd_kafka_resp_err_t error,
                                                 rd_kafka_msg_status_t persistence);

}  // namespace penstock::kafka
