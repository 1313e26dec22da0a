#pragma once

#include <librdkafka/rdkafka.h>

#include <string>

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

// Does the same with the client and its handle of the event's topic.
[[nodiscard]] rd_kafka_resp_err_t send_record(rd_kafka_t* client, rd_kafka_topic_t* topic,
                                              const events::Event& event, events::Ticket ticket,
                                              base::TimeText& time_text);

// Holds a copy of a record that librdkafka has reported.
struct Record {
  explicit Record(const rd_kafka_message_t& message);

  std::string topic;
  std::string value;
  bool has_key;
  std::string key;
  Headers headers;
  events::Ticket ticket;
};

// Hands the record to an instance, with the same ticket, as send_record() does.
[[nodiscard]] rd_kafka_resp_err_t send_again(Instance& instance, Record record);

// Returns the ticket that the record was sent with.
[[nodiscard]] inline events::Ticket ticket_of(const rd_kafka_message_t& message) {
  return message._private;
}

}  // namespace penstock::kafka
