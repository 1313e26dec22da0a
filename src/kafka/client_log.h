#pragma once

#include <librdkafka/rdkafka.h>

#include "kafka/token_source.h"
#include "log/log.h"

namespace penstock::kafka {

// Writes an RD_KAFKA_EVENT_LOG, which is a line of librdkafka's log, to the program's log. The
// event stays with the caller.
void write_client_log(log::Log& log, rd_kafka_event_t* event, const TokenSource* tokens);

}  // namespace penstock::kafka
