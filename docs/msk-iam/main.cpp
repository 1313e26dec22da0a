// A Kafka producer of your own, let in by MSK IAM: stores one record.   msk_iam_example BOOTSTRAP
// REGION TOPIC VALUE
#include <librdkafka/rdkafka.h>

#include <cstdio>

#include "aws/credentials/credential_chain.h"
#include "aws/msk_token.h"

using namespace penstock;

int main(int argc, char** argv) {
  if (argc != 5) {
    return std::fprintf(stderr, "usage: %s BOOTSTRAP REGION TOPIC VALUE\n", argv[0]), 2;
  }
  aws::CredentialChain chain({.environment = base::process_environment(), .region = argv[2]});
  char why[256] = {};
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "bootstrap.servers", argv[1], why, sizeof why);
  rd_kafka_conf_set(conf, "security.protocol", "SASL_SSL", why, sizeof why);
  rd_kafka_conf_set(conf, "sasl.mechanisms", "OAUTHBEARER", why, sizeof why);
  rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH | RD_KAFKA_EVENT_DR);
  rd_kafka_t* producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
  rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(argv[3]), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                    RD_KAFKA_V_VALUE(argv[4], std::char_traits<char>::length(argv[4])),
                    RD_KAFKA_V_END);
  for (rd_kafka_queue_t* queue = rd_kafka_queue_get_main(producer);
       rd_kafka_outq_len(producer) > 0;) {
    rd_kafka_event_t* event = rd_kafka_queue_poll(queue, 1000);
    if (rd_kafka_event_type(event) ==
        RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH) {  // At the start, then every 12 minutes.
      const auto credentials = chain.fetch();
      const auto token = credentials ? aws::sign_msk_token(*credentials, {argv[2]},
                                                           std::chrono::system_clock::now())
                                     : credentials.error();
      if (token) {
        const auto end = std::chrono::duration_cast<std::chrono::milliseconds>(
            token->expires.time_since_epoch());
        rd_kafka_oauthbearer_set_token(producer, token->value.reveal().c_str(), end.count(), "me",
                                       nullptr, 0, why, sizeof why);
      } else {
        rd_kafka_oauthbearer_set_token_failure(producer, token.error().message.c_str());
      }
    }
    while (const rd_kafka_message_t* report = rd_kafka_event_message_next(event)) {
      std::puts(rd_kafka_err2str(report->err));
    }
    rd_kafka_event_destroy(event);
  }
}
