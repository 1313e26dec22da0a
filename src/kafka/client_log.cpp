#include "kafka/client_log.h"

#include "kafka/client.h"

namespace penstock::kafka {
namespace {

// librdkafka uses the levels of syslog.
constexpr int kSyslogError = 3;
constexpr int kSyslogWarning = 4;

log::Level level_of(int syslog_level) {
  if (syslog_level <= kSyslogError) return log::Level::error;
  return syslog_level <= kSyslogWarning ? log::Level::warning : log::Level::debug;
}

}  // namespace

void write_client_log(log::Log& log, rd_kafka_event_t* event, const TokenSource* tokens) {
  const char* facility = "";
  const char* text = "";
  int level = 0;
  if (rd_kafka_event_log(event, &facility, &text, &level) != 0) return;
  log::Line(log, level_of(level), "message from the Kafka client library")
      .field("facility", facility)
      .field("reason", shown(text, tokens));
}

}  // namespace penstock::kafka
