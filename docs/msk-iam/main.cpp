// A Kafka producer that authenticates by MSK IAM and stores one record.
// Usage: msk_iam_example BOOTSTRAP REGION TOPIC VALUE
// The exit code is 0 if Kafka has stored the record, and 1 if it has not.
#include <librdkafka/rdkafka.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

#include "aws/credentials/credential_chain.h"
#include "aws/msk_token.h"

using namespace penstock;

namespace {

// librdkafka writes its reasons into buffers of this size.
constexpr std::size_t kReasonSize = 256;
constexpr const char* kRecordTimeoutMs = "10000";

// librdkafka asks for a token at the start, and then every 12 minutes.
void set_token(rd_kafka_t* producer, aws::CredentialChain& chain, const std::string& region) {
  const auto credentials = chain.fetch();
  const auto token =
      credentials ? aws::sign_msk_token(*credentials, {region}, std::chrono::system_clock::now())
                  : credentials.error();
  if (!token) {
    rd_kafka_oauthbearer_set_token_failure(producer, token.error().message.c_str());
    return;
  }
  const auto end =
      std::chrono::duration_cast<std::chrono::milliseconds>(token->expires.time_since_epoch());
  char reason[kReasonSize] = {};
  if (rd_kafka_oauthbearer_set_token(producer, token->value.reveal().c_str(), end.count(),
                                     "producer", nullptr, 0, reason,
                                     sizeof reason) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    rd_kafka_oauthbearer_set_token_failure(producer, reason);
  }
}

rd_kafka_t* make_producer(const char* bootstrap) {
  char reason[kReasonSize] = {};
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  const std::pair<const char*, const char*> properties[] = {
      {"bootstrap.servers", bootstrap},
      {"security.protocol", "SASL_SSL"},
      {"sasl.mechanisms", "OAUTHBEARER"},
      {"message.timeout.ms", kRecordTimeoutMs},
  };
  for (const auto& [name, value] : properties) {
    if (rd_kafka_conf_set(conf, name, value, reason, sizeof reason) != RD_KAFKA_CONF_OK) {
      std::fprintf(stderr, "%s\n", reason);
      rd_kafka_conf_destroy(conf);
      return nullptr;
    }
  }
  rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH | RD_KAFKA_EVENT_DR);
  rd_kafka_t* producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
  if (producer == nullptr) {
    std::fprintf(stderr, "%s\n", reason);
    rd_kafka_conf_destroy(conf);
  }
  return producer;
}

// Waits for the record's delivery report, which comes within kRecordTimeoutMs.
bool is_stored(rd_kafka_t* producer, aws::CredentialChain& chain, const std::string& region) {
  bool stored = false;
  rd_kafka_queue_t* queue = rd_kafka_queue_get_main(producer);
  while (rd_kafka_outq_len(producer) > 0) {
    rd_kafka_event_t* event = rd_kafka_queue_poll(queue, 1000);
    if (event == nullptr) {
      continue;  // Nothing has happened for a second.
    }
    if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH) {
      set_token(producer, chain, region);
    }
    while (const rd_kafka_message_t* report = rd_kafka_event_message_next(event)) {
      std::puts(rd_kafka_err2str(report->err));
      stored = report->err == RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    rd_kafka_event_destroy(event);
  }
  rd_kafka_queue_destroy(queue);
  return stored;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: %s BOOTSTRAP REGION TOPIC VALUE\n", argv[0]);
    return 2;
  }
  const std::string region = argv[2];
  const std::string value = argv[4];
  aws::CredentialChain chain({.environment = base::process_environment(), .region = region});
  rd_kafka_t* producer = make_producer(argv[1]);
  if (producer == nullptr) {
    return 2;
  }
  const auto error = rd_kafka_producev(
      producer, RD_KAFKA_V_TOPIC(argv[3]), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
      RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()), RD_KAFKA_V_END);
  const bool stored = error == RD_KAFKA_RESP_ERR_NO_ERROR && is_stored(producer, chain, region);
  rd_kafka_destroy(producer);
  return stored ? 0 : 1;
}
