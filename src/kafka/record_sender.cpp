#include "kafka/record_sender.h"

#include <array>
#include <string_view>
#include <utility>

namespace penstock::kafka {
namespace {

// Gives the record to librdkafka, which owns the headers afterwards, unless it refuses the record.
// It copies the value and the key, because the record may outlive the request if the deadline comes
// first. `key` is null if the record has none.
rd_kafka_resp_err_t send(rd_kafka_t* client, rd_kafka_topic_t* topic, std::string_view value,
                         const std::string_view* key, Headers headers, events::Ticket ticket) {
  std::array<rd_kafka_vu_t, 6> arguments{};
  arguments[0].vtype = RD_KAFKA_VTYPE_RKT;
  arguments[0].u.rkt = topic;
  arguments[1].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  arguments[1].u.i = RD_KAFKA_MSG_F_COPY;
  arguments[2].vtype = RD_KAFKA_VTYPE_VALUE;
  arguments[2].u.mem = {const_cast<char*>(value.data()), value.size()};
  arguments[3].vtype = RD_KAFKA_VTYPE_OPAQUE;
  arguments[3].u.ptr = ticket;
  arguments[4].vtype = RD_KAFKA_VTYPE_HEADERS;
  arguments[4].u.headers = headers.get();
  size_t used = 5;
  if (key != nullptr) {
    arguments[5].vtype = RD_KAFKA_VTYPE_KEY;
    arguments[5].u.mem = {const_cast<char*>(key->data()), key->size()};
    used = 6;
  }
  const Failure failure(rd_kafka_produceva(client, arguments.data(), used));
  if (failure) return rd_kafka_error_code(failure.get());
  (void)headers.release();  // The record owns them now.
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

}  // namespace

rd_kafka_resp_err_t send_record(Instance& instance, const events::Event& event,
                                events::Ticket ticket, base::TimeText& time_text) {
  rd_kafka_topic_t* topic = instance.topic(event.topic);
  if (topic == nullptr) return RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION;
  return send_record(instance.client(), topic, event, ticket, time_text);
}

rd_kafka_resp_err_t send_record(rd_kafka_t* client, rd_kafka_topic_t* topic,
                                const events::Event& event, events::Ticket ticket,
                                base::TimeText& time_text) {
  std::array<events::Header, events::kHeadersMax> headers;
  const size_t count = events::record_headers(event, time_text.rfc3339(event.time), headers);
  Headers record_headers(rd_kafka_headers_new(count));
  for (size_t i = 0; i < count; ++i) {
    rd_kafka_header_add(record_headers.get(), headers[i].name.data(),
                        static_cast<ssize_t>(headers[i].name.size()), headers[i].value.data(),
                        static_cast<ssize_t>(headers[i].value.size()));
  }
  const std::string_view key = event.key;
  return send(client, topic, event.value, event.has_key ? &key : nullptr, std::move(record_headers),
              ticket);
}

Record::Record(const rd_kafka_message_t& message)
    : topic(rd_kafka_topic_name(message.rkt)),
      value(static_cast<const char*>(message.payload), message.len),
      has_key(message.key != nullptr),
      key(static_cast<const char*>(message.key), message.key_len),
      ticket(ticket_of(message)) {
  rd_kafka_headers_t* sent = nullptr;
  (void)rd_kafka_message_headers(&message, &sent);
  headers.reset(sent == nullptr ? rd_kafka_headers_new(0) : rd_kafka_headers_copy(sent));
}

rd_kafka_resp_err_t send_again(Instance& instance, Record record) {
  rd_kafka_topic_t* topic = instance.topic(record.topic);
  if (topic == nullptr) return RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION;
  const std::string_view key = record.key;
  return send(instance.client(), topic, record.value, record.has_key ? &key : nullptr,
              std::move(record.headers), record.ticket);
}

}  // namespace penstock::kafka
