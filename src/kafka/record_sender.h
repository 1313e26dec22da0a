#pragma once

#include <librdkafka/rdkafka.h>

#include "base/time_text.h"
#include "events/event.h"
#include "events/sink.h"
#include "kafka/instance.h"

namespace penstock::kafka {

// Hands an event to librdkafka as a record of its topic. It never blocks, and copies what it needs.
// The record carries `ticket` as its opaque pointer; ticket_of() gets it back from the delivery
// report. Returns RD_KAFKA_RESP_ERR_NO_ERROR, or the reason why librdkafka refused the record; then
// no report follows.
[[nodiscard]] rd_kafka_resp_err_t send_record(Instance& instance, const events::Event& event,
                                              events::Ticket ticket, base::TimeText& time_text);

// Returns the ticket that the record was sent with.
[[nodiscard]] inline events::Ticket ticket_of(const rd_kafka_message_t& message) {
  return message._private;
}

}  // namespace penstock::kafka
