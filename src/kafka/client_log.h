#pragma once

#include <librdkafka/rdkafka.h>

#include <string_view>

#include "kafka/token_source.h"
#include "log/log.h"

namespace penstock::kafka {

// Returns the level of a line of librdkafka's log, which uses the levels of syslog. `is_starting`
// says that the client was made, or has reached the broker, a few seconds ago. A broker that has
// just started first loads the numbers of its producers: that librdkafka asks it again then is no
// trouble, so that line is for debugging.
[[nodiscard]] log::Level level_of_client_log(int syslog_level, std::string_view facility,
                                             std::string_view text, bool is_starting);
// Writes an RD_KAFKA_EVENT_LOG, which is a line of librdkafka's log, to the program's log. The
// event stays with the caller.
void write_client_log(log::Log& log, rd_kafka_event_t* event, const TokenSource* tokens,
                      bool is_starting);

// Says whether this message is about the error that Instances::purge_retired() makes, which is no
// fault, if a retired instance has written it.
[[nodiscard]] bool is_of_a_purge(rd_kafka_event_t* event);

}  // namespace penstock::kafka
