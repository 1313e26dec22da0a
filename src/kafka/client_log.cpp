#include "kafka/client_log.h"

#include "kafka/client.h"

namespace penstock::kafka {
namespace {

// librdkafka uses the levels of syslog.
constexpr int kSyslogError = 3;
constexpr int kSyslogWarning = 4;

}  // namespace

log::Level level_of_client_log(int syslog_level, std::string_view facility, std::string_view text,
                               bool is_starting) {
  // The reason is "Coordinator load in progress", "Coordinator not available" or "Not coordinator".
  const bool asks_again = facility == "GETPID" && text.ends_with(": retrying") &&
                          text.find("oordinator") != std::string_view::npos;
  if (asks_again && is_starting) return log::Level::debug;
  if (syslog_level <= kSyslogError) return log::Level::error;
  return syslog_level <= kSyslogWarning ? log::Level::warning : log::Level::debug;
}

bool is_of_a_purge(rd_kafka_event_t* event) {
  const char* facility = nullptr;
  const char* text = nullptr;
  int level = 0;
  return rd_kafka_event_log(event, &facility, &text, &level) == 0 &&
         std::string_view(facility) == "FATAL";
}

void write_client_log(log::Log& log, rd_kafka_event_t* event, const TokenSource* tokens,
                      bool is_starting) {
  const char* facility = "";
  const char* text = "";
  int level = 0;
  if (rd_kafka_event_log(event, &facility, &text, &level) != 0) return;
  log::Line(log, level_of_client_log(level, facility, text, is_starting),
            "message from the Kafka client library")
      .field("facility", facility)
      .field("reason", shown(text, tokens));
}

}  // namespace penstock::kafka
