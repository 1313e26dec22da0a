#include "kafka/record_sender.h"

#include <array>

namespace penstock::kafka {

rd_kafka_resp_err_t send_record(Instance& instance, const events::Event& event,
                                events::Ticket ticket, base::TimeText& time_text) {
  rd_kafka_topic_t* topic = instance.topic(event.topic);
  if (topic == nullptr) return RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION;
  std::array<events::Header, events::kHeadersMax> headers;
  const size_t count = events::record_headers(event, time_text.rfc3339(event.time), headers);
  Headers record_headers(rd_kafka_headers_new(count));
  for (size_t i = 0; i < count; ++i) {
    rd_kafka_header_add(record_headers.get(), headers[i].name.data(),
                        static_cast<ssize_t>(headers[i].name.size()), headers[i].value.data(),
                        static_cast<ssize_t>(headers[i].value.size()));
  }
  std::array<rd_kafka_vu_t, 6> arguments{};
  arguments[0].vtype = RD_KAFKA_VTYPE_RKT;
  arguments[0].u.rkt = topic;
  arguments[1].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  // librdkafka copies the value, because the record may outlive the request if the deadline comes
  // first.
  arguments[1].u.i = RD_KAFKA_MSG_F_COPY;
  arguments[2].vtype = RD_KAFKA_VTYPE_VALUE;
  arguments[2].u.mem = {const_cast<char*>(event.value.data()), event.value.size()};
  arguments[3].vtype = RD_KAFKA_VTYPE_OPAQUE;
  arguments[3].u.ptr = ticket;
  arguments[4].vtype = RD_KAFKA_VTYPE_HEADERS;
  arguments[4].u.headers = record_headers.get();
  size_t used = 5;
  if (event.has_key) {
    arguments[5].vtype = RD_KAFKA_VTYPE_KEY;
    arguments[5].u.mem = {const_cast<char*>(event.key.data()), event.key.size()};
    used = 6;
  }
  const Failure failure(rd_kafka_produceva(instance.client(), arguments.data(), used));
  if (failure) return rd_kafka_error_code(failure.get());
  (void)record_headers.release();  // The record owns them now.
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

}  // namespace penstock::kafka
